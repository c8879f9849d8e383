package dev.penstock.proxy.stage;

import dev.penstock.model.RateLimit;
import dev.penstock.ops.LimitDecision;
import dev.penstock.ops.RouteMeter;
import dev.penstock.proxy.limit.Decision;
import dev.penstock.proxy.limit.Limit;
import dev.penstock.proxy.limit.LimitKey;
import dev.penstock.proxy.limit.LimitScope;
import dev.penstock.proxy.limit.RateLimitFields;
import dev.penstock.proxy.limit.RateLimiter;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** nginx's {@code limit_req}: a token for each request of a client at a service. */
public final class RateLimitStage implements Stage {

  private static final StageResult UNAVAILABLE =
      new StageResult.Respond(
          503, Reason.LIMITER_UNAVAILABLE, "the rate limit cannot be decided now");

  private final RateLimiter limiter;
  private final LimitScope scope;
  private final Limit limit;
  private final RateLimitFields fields;
  private final int statusCode;
  private final boolean enforce;
  private final RouteMeter meter;

  public RateLimitStage(RateLimiter limiter, LimitScope scope, RateLimit config, RouteMeter meter) {
    this.limiter = limiter;
    this.scope = scope;
    this.limit = Limit.of(config);
    this.fields = new RateLimitFields(limit);
    this.statusCode = config.statusCode();
    this.enforce = config.mode() == RateLimit.Mode.ENFORCE;
    this.meter = meter;
  }

  @Override
  public StageResult apply(RequestContext request, Consumer<StageResult> later) {
    var answer = new Answer(request, later);
    limiter.decide(new LimitKey(scope, request.client().address()), limit, 1, answer);
    return answer.immediate();
  }

  private StageResult verdict(RequestContext request, Decision decision) {
    return switch (decision) {
      case Decision.Decided decided -> onDecided(request, decided, fields);
      case Decision.ByShare(Decision.Decided decided, Limit share) ->
          onDecided(request, decided, RateLimitFields.ofShare(share));
      case Decision.Unlimited _ -> {
        meter.limited(LimitDecision.ALLOWED);
        yield StageResult.CONTINUE;
      }
      // What does not bind must not stop a request when it is away either.
      case Decision.Unavailable _ -> enforce ? UNAVAILABLE : StageResult.CONTINUE;
    };
  }

  private StageResult onDecided(
      RequestContext request, Decision.Decided decided, RateLimitFields fields) {
    return switch (decided) {
      case Decision.Allowed allowed -> onAllowed(request, allowed, fields);
      case Decision.Refused refused -> onRefused(request, refused, fields);
    };
  }

  private StageResult onAllowed(
      RequestContext request, Decision.Allowed allowed, RateLimitFields fields) {
    meter.limited(allowed.waitNanos() > 0 ? LimitDecision.DELAYED : LimitDecision.ALLOWED);
    if (enforce) {
      request
          .responseFields()
          .field("RateLimit-Policy", fields.policy())
          .field("RateLimit", fields.limit(allowed));
    }
    return StageResult.CONTINUE;
  }

  private StageResult onRefused(
      RequestContext request, Decision.Refused refused, RateLimitFields fields) {
    if (!enforce) {
      meter.limited(LimitDecision.WOULD_REFUSE);
      request.noteWouldLimit();
      return StageResult.CONTINUE;
    }
    meter.limited(LimitDecision.REFUSED);
    return new StageResult.Respond(
        statusCode,
        Reason.RATE_LIMITED,
        "too many requests; the next one is accepted in "
            + RateLimitFields.retryAfter(refused)
            + " s",
        List.of(
            Map.entry("Retry-After", RateLimitFields.retryAfter(refused)),
            Map.entry("RateLimit-Policy", fields.policy()),
            Map.entry("RateLimit", fields.limit(refused))));
  }

  private static long waitNanos(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> allowed.waitNanos();
      case Decision.ByShare(Decision.Allowed allowed, _) -> allowed.waitNanos();
      default -> 0;
    };
  }

  /**
   * Takes the decision, at once or later, on whichever thread, and hands it on where it belongs.
   */
  private final class Answer implements Consumer<Decision> {

    private final RequestContext request;
    private final Consumer<StageResult> later;
    private @Nullable StageResult result;
    private boolean pending;

    Answer(RequestContext request, Consumer<StageResult> later) {
      this.request = request;
      this.later = later;
    }

    /** Called on the event loop: what was decided so far. */
    StageResult immediate() {
      pending = result == null;
      return result == null ? StageResult.PENDING : result;
    }

    @Override
    public void accept(Decision decision) {
      EventLoop loop = request.worker().loop();
      if (loop.inEventLoop()) {
        decided(decision);
      } else {
        loop.execute(() -> decided(decision));
      }
    }

    private void decided(Decision decision) {
      StageResult verdict = verdict(request, decision);
      long wait = waitNanos(decision);
      if (wait > 0 && enforce) {
        request.worker().loop().schedule(() -> later.accept(verdict), wait, TimeUnit.NANOSECONDS);
      } else if (pending) {
        later.accept(verdict);
      } else {
        result = verdict;
      }
    }
  }
}
