package org.chargeproof.operator.assets;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.Network;

/** From when on an announced price can count; the bounds are those of Tariff.sol. */
final class PriceTimes {
    private static final int AHEAD = 2;
    private static final int MOST_AHEAD = 672;
    /** What is sent shortly before a timestep ends may stand in a block of the next one. */
    private static final int MARGIN_SECONDS = 60;

    private final Network network;
    private final int earliest;
    private final int latest;

    private PriceTimes(Network network, int earliest, int latest) {
        this.network = network;
        this.earliest = earliest;
        this.latest = latest;
    }

    /** As things are now. */
    static PriceTimes now(Network network) {
        var p = network.parameters();
        long seconds = network.client().head().timestampSeconds();
        int margin = Math.min(MARGIN_SECONDS, p.timestepSeconds() / 4);
        return new PriceTimes(network, p.timestepAt(seconds + margin) + AHEAD, p.timestepAt(seconds) + MOST_AHEAD);
    }

    /** The first timestep from which a price that is sent now can count. */
    int earliest() {
        return earliest;
    }

    /**
     * Reads when a price is to count from.
     *
     * @param what names it in messages
     * @param text a time with its zone at which a timestep starts, or the timestep's number
     * @throws BadInputException when it is neither, or too near or too far
     */
    int parse(String what, String text) {
        long timestep = timestep(what, text);
        if (timestep < earliest || timestep > latest) {
            throw new BadInputException(what + " is " + text + ", timestep " + timestep
                    + "; a price counts from " + earliest + " (" + start(earliest) + ") to " + latest + " ("
                    + start(latest) + "), so that drivers see it coming. Leave it out for the first of these.");
        }
        return (int) timestep;
    }

    /** The same without the bounds: what was announced before may have come. */
    long timestep(String what, String text) {
        if (text.matches("[0-9]{1,9}")) {
            return Long.parseLong(text);
        }
        int length = network.parameters().timestepSeconds();
        long start;
        try {
            start = OffsetDateTime.parse(text).toEpochSecond();
        } catch (DateTimeException e) {
            throw new BadInputException(
                    what + " is '" + text + "'; it must be a time with its zone, such as 2026-07-01T06:15:00Z,"
                            + " or a timestep's number.",
                    e);
        }
        if (Math.floorMod(start, length) != 0) {
            throw new BadInputException(what + " is " + text + ", which is no start of a timestep; these are " + length
                    + " s long, counted from 1970-01-01T00:00:00Z.");
        }
        return Math.floorDiv(start, (long) length);
    }

    private Instant start(int timestep) {
        return Instant.ofEpochSecond(network.parameters().startOf(timestep));
    }
}
