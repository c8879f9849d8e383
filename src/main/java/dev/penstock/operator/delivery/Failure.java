package dev.penstock.operator.delivery;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Why a proxy could not be asked, in words for a status. */
final class Failure {

  private Failure() {}

  static String reason(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CertificateExpiredException _ -> {
          return "the certificate of its control port has expired";
        }
        case CertificateNotYetValidException _ -> {
          return "the certificate of its control port is not valid yet";
        }
        case CertPathBuilderException _ -> {
          return "the certificate of its control port is not of the gateway's control authority";
        }
        default -> {}
      }
    }
    return switch (failure) {
      case HttpConnectTimeoutException _ -> "it does not take the connection in time";
      case HttpTimeoutException _ -> "it does not answer in time";
      case ConnectException _ -> "it refuses the connection";
      case SSLHandshakeException e -> "the TLS handshake fails: " + e.getMessage();
      case SSLException e -> "TLS fails: " + e.getMessage();
      default -> {
        String message = failure.getMessage();
        yield message == null ? failure.getClass().getSimpleName() : message;
      }
    };
  }
}
