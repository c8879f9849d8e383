package dev.penstock.proxy.client;

import dev.penstock.model.Cidr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The peers that may say who the client is; a binary search, however many blocks there are. */
public final class TrustedProxies {

  private final List<Range> ipv4;
  private final List<Range> ipv6;

  private record Range(ClientAddress first, ClientAddress last) {}

  private static final Comparator<ClientAddress> ORDER =
      (a, b) ->
          a.high() != b.high()
              ? Long.compareUnsigned(a.high(), b.high())
              : Long.compareUnsigned(a.low(), b.low());

  public TrustedProxies(List<Cidr> blocks) {
    // Apart, so that ::/0 does not stand for 0.0.0.0/0 as well.
    ipv4 = merged(blocks, 4);
    ipv6 = merged(blocks, 16);
  }

  private static List<Range> merged(List<Cidr> blocks, int size) {
    List<Range> sorted =
        blocks.stream()
            .filter(block -> block.bytes().length == size)
            .map(TrustedProxies::range)
            .sorted(Comparator.comparing(Range::first, ORDER))
            .toList();
    var result = new ArrayList<Range>();
    for (Range range : sorted) {
      Range before = result.isEmpty() ? null : result.getLast();
      if (before == null || ORDER.compare(before.last, range.first) < 0) {
        result.add(range);
      } else if (ORDER.compare(before.last, range.last) < 0) {
        result.set(result.size() - 1, new Range(before.first, range.last));
      }
    }
    return List.copyOf(result);
  }

  private static Range range(Cidr block) {
    ClientAddress address = ClientAddress.of(block.bytes());
    int bits = ClientAddress.bits(block.prefixLength(), block.bytes().length == 4);
    ClientAddress first = address.masked(bits);
    return new Range(first, first.last(bits));
  }

  public boolean contains(ClientAddress address) {
    List<Range> ranges = address.isIpv4() ? ipv4 : ipv6;
    int low = 0;
    int high = ranges.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Range range = ranges.get(middle);
      if (ORDER.compare(address, range.first) < 0) {
        high = middle - 1;
      } else if (ORDER.compare(address, range.last) > 0) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  public boolean isEmpty() {
    return ipv4.isEmpty() && ipv6.isEmpty();
  }
}
