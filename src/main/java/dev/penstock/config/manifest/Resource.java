package dev.penstock.config.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** One resource as it was written, and where. */
record Resource(ResourceId id, String file, FieldLines lines, ObjectNode tree) {

  Place place(String field) {
    return new Place(file, lines.of(field));
  }
}
