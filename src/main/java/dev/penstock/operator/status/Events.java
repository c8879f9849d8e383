package dev.penstock.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells of transitions as Kubernetes events: one for each condition that came to be otherwise. */
final class Events {

  private static final String CONTROLLER = "penstock.dev/operator";
  private static final int LONGEST_NOTE = 1024;
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final AtomicLong counter = new AtomicLong(System.nanoTime());
  private final Consumer<Event> sender;
  private final String instance;
  private final Clock clock;

  /**
   * @param sender must not block
   */
  Events(Consumer<Event> sender, String instance, Clock clock) {
    this.sender = sender;
    this.instance = instance;
    this.clock = clock;
  }

  /** Tells what changed between two lists of conditions. */
  void tell(HasMetadata about, @Nullable List<Condition> before, List<Condition> now) {
    for (Condition condition : now) {
      Optional<Condition> old = Conditions.find(before, condition.getType());
      if (isTransition(old, condition)) {
        sender.accept(event(about, condition));
      }
    }
  }

  /** What is new and well is told once, by Ready; what stands in the way by its own condition. */
  private static boolean isTransition(Optional<Condition> before, Condition now) {
    boolean holds = "True".equals(now.getStatus());
    boolean decisive =
        !Wanted.READY.equals(now.getType())
            ? !holds && !Wanted.PENDING.equals(now.getReason())
            : holds;
    if (Wanted.PROGRAMMED.equals(now.getType())) {
      decisive = !holds && before.filter(old -> "True".equals(old.getStatus())).isPresent();
    }
    boolean abnormal =
        GatewayConditions.LIMITER_DEGRADED.equals(now.getType())
            || GatewayConditions.CLIENTS_HIDDEN.equals(now.getType());
    if (abnormal) {
      decisive = holds || before.isPresent();
    }
    boolean changed =
        before.isEmpty()
            || !before.get().getStatus().equals(now.getStatus())
            || !before.get().getReason().equals(now.getReason());
    return decisive && changed;
  }

  private Event event(HasMetadata about, Condition condition) {
    var metadata = about.getMetadata();
    String name = metadata.getName() + "." + Long.toHexString(counter.incrementAndGet());
    boolean warning = isAbnormal(condition) == "True".equals(condition.getStatus());
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(metadata.getNamespace())
        .withName(name.substring(Math.max(0, name.length() - 250)))
        .endMetadata()
        .withEventTime(new MicroTime(MICROS.format(clock.instant())))
        .withType(warning ? "Warning" : "Normal")
        .withReason(reason(condition))
        .withAction("Reconcile")
        .withNote(cut(condition.getMessage()))
        .withReportingController(CONTROLLER)
        .withReportingInstance(cut(instance, 128))
        .withNewRegarding()
        .withApiVersion(about.getApiVersion())
        .withKind(about.getKind())
        .withNamespace(metadata.getNamespace())
        .withName(metadata.getName())
        .withUid(metadata.getUid())
        .endRegarding()
        .build();
  }

  private static boolean isAbnormal(Condition condition) {
    return GatewayConditions.LIMITER_DEGRADED.equals(condition.getType())
        || GatewayConditions.CLIENTS_HIDDEN.equals(condition.getType());
  }

  private static String reason(Condition condition) {
    return isAbnormal(condition) && "True".equals(condition.getStatus())
        ? condition.getType()
        : condition.getReason();
  }

  private static String cut(String note) {
    return cut(note, LONGEST_NOTE);
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }
}
