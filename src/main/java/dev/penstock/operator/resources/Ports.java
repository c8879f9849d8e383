package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.ArrayList;
import java.util.List;

/** The ports of a proxy's pod; only the first two are ever public. */
public enum Ports {
  HTTP("http", 8081),
  HTTPS("https", 8443),
  ADMIN("admin", 9901),
  CONTROL("control", 9902);

  private final String label;
  private final int number;

  Ports(String label, int number) {
    this.label = label;
    this.number = number;
  }

  /** What the port is called in pods and Services. */
  public String label() {
    return label;
  }

  public int number() {
    return number;
  }

  IntOrString byName() {
    return new IntOrString(label);
  }

  IntOrString byNumber() {
    return new IntOrString(number);
  }

  /** Those that clients reach. */
  static List<Ports> open(GatewayShape shape) {
    return shape.terminatesTls() ? List.of(HTTP, HTTPS) : List.of(HTTP);
  }

  static List<ContainerPort> ofContainer(GatewayShape shape) {
    var ports = new ArrayList<>(open(shape));
    ports.add(ADMIN);
    ports.add(CONTROL);
    return ports.stream().map(Ports::containerPort).toList();
  }

  private ContainerPort containerPort() {
    return new ContainerPortBuilder()
        .withName(label)
        .withContainerPort(number)
        .withProtocol("TCP")
        .build();
  }
}
