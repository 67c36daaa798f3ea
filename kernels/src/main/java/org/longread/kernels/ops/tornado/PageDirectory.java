package org.longread.kernels.ops.tornado;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.longread.kernels.ops.DoesNotFitException;
import org.longread.kernels.ops.TokenPages;

/**
 * Which page of which cache is in which slot of the device. The host's pages are the truth; a slot
 * is a copy, given up when its page is gone or when, of all those not in use, it was used least
 * recently. A page is known by its array: caches that share pages share slots.
 */
final class PageDirectory {
  private static final int PAGE = TokenPages.PAGE;

  private final int slots;
  private final Map<Key, Held> held = new LinkedHashMap<>(16, 0.75f, true);
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private final ReferenceQueue<Object> gone = new ReferenceQueue<>();
  private long call;
  private long evictions;

  /** The pages of a cache. */
  interface HostPages {
    /** Tokens held. */
    int length();

    /** The array of a page, or the first of its arrays. */
    Object page(int p);

    /** The array of a page that goes to a pool, counted from 0. */
    default Object page(int p, int pool) {
      return page(p);
    }
  }

  /** A page that must be moved to a slot. */
  record Move(int page, int slot) {}

  /** A page by identity, without keeping it alive. */
  private static final class Key extends WeakReference<Object> {
    private final int hash;

    Key(Object page, ReferenceQueue<Object> queue) {
      super(page, queue);
      hash = System.identityHashCode(page);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      if (this == other) {
        return true;
      }
      Object own = get();
      return own != null && other instanceof Key key && key.get() == own;
    }
  }

  private static final class Held {
    final int slot;
    int tokens;
    long call;

    Held(int slot) {
      this.slot = slot;
    }
  }

  PageDirectory(int slots) {
    this.slots = slots;
    for (int n = 0; n < slots; n++) {
      free.add(n);
    }
  }

  /**
   * Finds a slot for each page of a cache, and says which must be moved there.
   *
   * @param table [pages] the slots, filled in
   * @throws DoesNotFitException if the cache has more pages than there are slots
   */
  List<Move> place(HostPages pages, int length, int[] table) {
    call++;
    freeGone();
    int count = TokenPages.count(length);
    if (count > slots) {
      throw new DoesNotFitException(
          "Cannot place " + count + " pages on the device: it has " + slots + " slots for them");
    }
    List<Integer> missing = new ArrayList<>();
    List<Move> moves = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      Held at = held.get(new Key(pages.page(p), null));
      if (at == null) {
        missing.add(p);
        continue;
      }
      at.call = call;
      table[p] = at.slot;
      int tokens = Math.min(PAGE, pages.length() - p * PAGE);
      if (at.tokens < tokens) {
        at.tokens = tokens;
        moves.add(new Move(p, at.slot));
      }
    }
    for (int p : missing) {
      Held at = new Held(slot());
      at.call = call;
      at.tokens = Math.min(PAGE, pages.length() - p * PAGE);
      held.put(new Key(pages.page(p), gone), at);
      table[p] = at.slot;
      moves.add(new Move(p, at.slot));
    }
    return moves;
  }

  /** A free slot, or that of the page used least recently. */
  private int slot() {
    if (!free.isEmpty()) {
      return free.poll();
    }
    Iterator<Held> eldest = held.values().iterator();
    Held given = eldest.next();
    while (given.call == call) {
      given = eldest.next();
    }
    eldest.remove();
    evictions++;
    return given.slot;
  }

  private void freeGone() {
    for (Object key = gone.poll(); key != null; key = gone.poll()) {
      Held was = held.remove(key);
      if (was != null) {
        free.add(was.slot);
      }
    }
  }

  /** Pages given up for others since the start: many of them mean too few slots. */
  long evictions() {
    return evictions;
  }

  int slots() {
    return slots;
  }
}
