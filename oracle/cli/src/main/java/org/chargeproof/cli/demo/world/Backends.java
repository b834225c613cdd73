package org.chargeproof.cli.demo.world;

import java.util.List;
import java.util.Map;
import org.chargeproof.oracle.backend.SetpointBackend.Source;
import org.jspecify.annotations.Nullable;

/** The operators' own systems: what they let charge points take, and what they tell their oracles. Operators count from 0. */
public interface Backends extends AutoCloseable {
    /** The oracles that they speak with. */
    interface Oracles {
        /** How many were started. */
        int size();

        /** Where one answers. */
        String url(int number);

        /** Whether nobody has stopped it. */
        boolean runs(int number);

        /** Where the setpoints came from that one's system took, by timestep; of the newest alone. */
        Map<Integer, Source> handedOver(int number);

        /** Waits until all that run have dealt with what they were told. */
        void awaitIdle();
    }

    /** Options of an operator's oracle, so that it speaks with its system. */
    List<String> oracleOptions(int operator);

    /** The oracles have started. */
    default void connect(Oracles oracles) {}

    /**
     * The most that a charge point draws in a span, Wh.
     *
     * @param point number of the charge point, counted over all groups in order
     * @param stepsPerHour timesteps in an hour of energy, however short the ledger's are
     */
    int energyWh(int operator, int point, long startSeconds, long endSeconds, int stepsPerHour);

    /** Where the setpoints of a timestep came from; null when none were handed over. */
    @Nullable
    Source source(int operator, int timestep);

    /** Whether a charge point lived by a fallback at some second of a span. */
    default boolean livedByFallback(int point, long startSeconds, long endSeconds) {
        return false;
    }

    /** The most that a charge point lets a car draw in a second, W. */
    default int powerLimitW(int point, long second) {
        return 0;
    }

    /** Whether a charge point misbehaves: what its car lacks is not its plan's fault. */
    default boolean isFlaky(int point) {
        return false;
    }

    /** A step of the scenario begins. */
    default void begin(int step) {}

    /** Whether an operator's oracle reports meters and ends of sessions by itself: then nobody else does. */
    default boolean reports(int operator) {
        return false;
    }

    /** A plug goes in, now. */
    default void plugIn(int point) {}

    /** A plug comes out, now. */
    default void unplug(int point) {}

    /** A meter is read. */
    default void metered(int point, long registerWh, int powerW) {}

    /** Oracles are told what is new up to now, and have dealt with it when this returns. */
    default void tell() {}

    /** The same up to the end of a timestep that is about to end. */
    default void tellUntil(long second) {}

    /** What oracles that run were not told. */
    default List<String> problems() {
        return List.of();
    }

    @Override
    void close();
}
