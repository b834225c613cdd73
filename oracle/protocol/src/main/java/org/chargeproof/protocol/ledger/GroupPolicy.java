package org.chargeproof.protocol.ledger;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Which of the plans that keep all promises a group wants, as it is registered on the ledger. People write it as {@code flat}, {@code peak=200},
 * {@code green=60}, {@code earliest} or {@code learned=200}.
 *
 * @param percent within the kind's range
 */
public record GroupPolicy(Kind kind, int percent) {
    /** What a group has whose operator says nothing: docs/concepts/policies.md. */
    public static final GroupPolicy DEFAULT = new GroupPolicy(Kind.LEARNED, 200);

    /** The greatest multiple of the least peak. */
    public static final int MOST_PEAK_PERCENT = 1_000;

    /** Kinds, with their {@code policyKind} in IAssetRegistry. */
    public enum Kind {
        /** As even as possible. */
        FLAT(0, "flat", 0, 0, ""),
        /** Early, up to a multiple of the least possible peak. */
        EARLIEST_TO_PEAK(1, "peak", 100, MOST_PEAK_PERCENT, "percent of the least possible peak"),
        /** What PV covers, then the greenest steps up to a share of the limit. */
        GREEN_BANDS(2, "green", 0, 100, "percent of the limit"),
        /** As early as possible. */
        EARLIEST(3, "earliest", 0, 0, ""),
        /** Early, up to a multiple of the least possible peak that grows with how much sooner people leave than they said. */
        LEARNED(
                4,
                "learned",
                100,
                MOST_PEAK_PERCENT,
                "percent of the least possible peak where people keep to what they say");

        private final int code;
        private final String word;
        private final int leastPercent;
        private final int mostPercent;
        private final String ofWhat;

        Kind(int code, String word, int leastPercent, int mostPercent, String ofWhat) {
            this.code = code;
            this.word = word;
            this.leastPercent = leastPercent;
            this.mostPercent = mostPercent;
            this.ofWhat = ofWhat;
        }

        private boolean hasPercent() {
            return mostPercent > 0;
        }

        private String forms() {
            return hasPercent()
                    ? word + "=" + leastPercent + " to " + word + "=" + mostPercent + " (" + ofWhat + ")"
                    : word;
        }
    }

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException when the percentage is not one of the kind's
     */
    public GroupPolicy {
        if (percent < kind.leastPercent || percent > kind.mostPercent) {
            throw new IllegalArgumentException("policy " + kind + " with " + percent + " percent; allowed is "
                    + kind.leastPercent + " to " + kind.mostPercent);
        }
    }

    /**
     * A policy as contracts have it.
     *
     * @param code {@code policyKind}
     * @throws IllegalArgumentException for one that this version does not know
     */
    public static GroupPolicy of(int code, int percent) {
        for (Kind kind : Kind.values()) {
            if (kind.code == code) {
                return new GroupPolicy(kind, percent);
            }
        }
        throw new IllegalArgumentException("policy " + code + ", of which this version knows 0 to "
                + (Kind.values().length - 1) + ". Use the one that the network runs.");
    }

    /**
     * Reads what people write.
     *
     * @throws IllegalArgumentException when it is no policy, with all that are
     */
    public static GroupPolicy parse(String text) {
        String[] parts = text.strip().toLowerCase(Locale.ROOT).split("=", 2);
        for (Kind kind : Kind.values()) {
            boolean hasPercent = parts.length == 2 && parts[1].matches("[0-9]{1,4}");
            int percent = hasPercent ? Integer.parseInt(parts[1]) : 0;
            if (kind.word.equals(parts[0])
                    && kind.hasPercent() == hasPercent
                    && (hasPercent || parts.length == 1)
                    && percent >= kind.leastPercent
                    && percent <= kind.mostPercent) {
                return new GroupPolicy(kind, percent);
            }
        }
        throw new IllegalArgumentException("must be one of " + forms());
    }

    private static String forms() {
        return Arrays.stream(Kind.values()).map(Kind::forms).collect(Collectors.joining(", "));
    }

    /** {@code policyKind} of IAssetRegistry. */
    public int code() {
        return kind.code;
    }

    /**
     * Up to which multiple of the least possible peak it charges early.
     *
     * @param stays of the group
     * @return in percent; 0 for a policy that knows no such level
     */
    public int peakPercent(StayHistory stays) {
        return switch (kind) {
            case EARLIEST_TO_PEAK -> percent;
            case LEARNED -> Math.min(MOST_PEAK_PERCENT, percent * stays.pacePercent() / 100);
            case FLAT, GREEN_BANDS, EARLIEST -> 0;
        };
    }

    /**
     * As one that learns nothing more: by the pace of now, and without regard for least powers.
     *
     * @param stays of the group
     */
    public GroupPolicy fixed(StayHistory stays) {
        return kind == Kind.LEARNED ? new GroupPolicy(Kind.EARLIEST_TO_PEAK, peakPercent(stays)) : this;
    }

    /** What people write for it. */
    public String text() {
        return kind.hasPercent() ? kind.word + "=" + percent : kind.word;
    }
}
