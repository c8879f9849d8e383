package dev.penstock.config.manifest;

import com.fasterxml.jackson.databind.JsonNode;

/** One document of a file as a JSON tree, and the lines of its fields. */
record YamlDocument(JsonNode root, FieldLines lines) {}
