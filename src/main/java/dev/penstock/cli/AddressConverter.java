package dev.penstock.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An address of this machine on the command line. */
final class AddressConverter implements ITypeConverter<InetAddress> {

  @Override
  public InetAddress convert(String value) {
    try {
      return InetAddress.getByName(value);
    } catch (UnknownHostException e) {
      throw new TypeConversionException("'" + value + "' is not an address of this machine");
    }
  }
}
