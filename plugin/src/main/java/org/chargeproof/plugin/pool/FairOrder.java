package org.chargeproof.plugin.pool;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whose transaction is tried next while a block of this node is made: that of the operator that has taken least of this and the
 * last own blocks, its oracle's before its meter's before all others. Who floods comes after everybody who does not. Not
 * thread-safe.
 *
 * @param <T> a transaction
 */
public final class FairOrder<T> {
    /** What counts of earlier blocks each time that this node makes another. */
    private static final double REMEMBERED = 0.75;

    /** So many own blocks pass over an operator whose transaction was not done in the time for a block. */
    private static final int PAUSE_BLOCKS = 3;

    /** Below this an operator is as good as one that has taken nothing. */
    private static final double FORGOTTEN = 1e-3;

    private final Memory memory;
    private final Map<Integer, Double> taken;
    private final Map<Integer, Map<Sender.Kind, Deque<T>>> waiting = new TreeMap<>();
    private final long block;
    private int last;

    /** What operators have taken of earlier blocks, in blocks. */
    public static final class Memory {
        private final Map<Integer, Double> taken = new HashMap<>();
        private final Map<Integer, Integer> pauses = new HashMap<>();

        private void age() {
            taken.replaceAll((operator, blocks) -> blocks * REMEMBERED);
            taken.values().removeIf(blocks -> blocks < FORGOTTEN);
            pauses.replaceAll((operator, blocks) -> blocks - 1);
            pauses.values().removeIf(blocks -> blocks < 0);
        }
    }

    /**
     * Begins a block.
     *
     * @param all that wait, those of one account in the order of their nonces
     * @param senders whose they are
     */
    public FairOrder(Memory memory, long block, List<? extends T> all, Function<? super T, Sender> senders) {
        memory.age();
        this.memory = memory;
        this.taken = memory.taken;
        this.block = block;
        for (T one : all) {
            Sender sender = senders.apply(one);
            if (memory.pauses.containsKey(sender.operator())) {
                continue;
            }
            waiting.computeIfAbsent(sender.operator(), operator -> new TreeMap<>())
                    .computeIfAbsent(sender.kind(), kind -> new ArrayDeque<>())
                    .add(one);
        }
    }

    /** The next to be tried; null when there is none. */
    public @Nullable T next() {
        int best = -1;
        for (int operator : waiting.keySet()) {
            if (best < 0 || before(operator, best)) {
                best = operator;
            }
        }
        if (best < 0) {
            return null;
        }
        last = best;
        var kinds = Objects.requireNonNull(waiting.get(best));
        var first = kinds.entrySet().iterator().next();
        T one = first.getValue().remove();
        if (first.getValue().isEmpty()) {
            kinds.remove(first.getKey());
        }
        if (kinds.isEmpty()) {
            waiting.remove(best);
        }
        return one;
    }

    /** What the last one took, as a part of a block: of its gas or of the time to make it, whichever is more. */
    public void took(double blocks) {
        taken.merge(last, blocks, Double::sum);
    }

    /** The last one had most of the time for a block and was not done: its operator waits a little. */
    public void tookTooLong() {
        memory.pauses.put(last, PAUSE_BLOCKS);
    }

    private boolean before(int operator, int other) {
        int order = Double.compare(taken.getOrDefault(operator, 0.0), taken.getOrDefault(other, 0.0));
        // among equals another one is first in every block
        return order < 0 || (order == 0 && turn(operator) < turn(other));
    }

    private long turn(int operator) {
        return Math.floorMod(operator - block, 64L);
    }
}
