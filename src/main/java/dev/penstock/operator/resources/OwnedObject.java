package dev.penstock.operator.resources;

/** Which object is meant, in the owner's namespace. */
public record OwnedObject(String apiVersion, String kind, String name) {}
