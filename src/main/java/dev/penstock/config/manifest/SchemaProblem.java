package dev.penstock.config.manifest;

/**
 * Where a tree departs from its schema, what is wrong and what to write instead.
 *
 * @param kind whether a value of this field can be looked at any further
 */
record SchemaProblem(String field, Kind kind, String message, String mend) {

  enum Kind {
    /** The value has another type, or the field does not exist. */
    MISFIT,
    /** The value has not the form of a pattern, of which people read better words. */
    FORM,
    /** Missing, out of range, too long, too many, repeated. */
    RULE
  }
}
