package dev.penstock.cli;

import dev.penstock.model.InvalidValueException;
import dev.penstock.translate.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A duration on the command line, written as in manifests. */
final class DurationConverter implements ITypeConverter<Duration> {

  @Override
  public Duration convert(String value) {
    try {
      return Durations.parse(value);
    } catch (InvalidValueException e) {
      throw new TypeConversionException(e.detail());
    }
  }
}
