package dev.penstock.config.manifest;

/**
 * The text of one file.
 *
 * @param name how problems call it
 */
public record SourceFile(String name, String text) {}
