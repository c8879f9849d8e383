package dev.penstock.config.manifest;

/**
 * A file that comes with the program.
 *
 * @param name for example {@code aiservices.penstock.dev.yaml}
 */
public record PackagedFile(String name, String text) {}
