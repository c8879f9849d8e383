package dev.penstock.config.manifest;

/** Where a tree departs from its schema, what is wrong and what to write instead. */
record SchemaProblem(String field, String message, String mend) {}
