package dev.penstock.cli;

import dev.penstock.model.InvalidValueException;
import dev.penstock.model.ResourceName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code NAMESPACE/NAME} on the command line. */
final class ResourceNameConverter implements ITypeConverter<ResourceName> {

  @Override
  public ResourceName convert(String value) {
    try {
      return ResourceName.parse(value);
    } catch (InvalidValueException e) {
      throw new TypeConversionException(
          "'" + value + "' is not NAMESPACE/NAME, such as ai/default");
    }
  }
}
