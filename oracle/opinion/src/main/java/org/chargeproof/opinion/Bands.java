package org.chargeproof.opinion;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.chargeproof.planner.GroupInput;

/**
 * A policy as costs: the levels of each step in parts, from low to high, and how early each part comes in the policy's order.
 * See "The policy's order" in docs/reference/planner-encoding.md.
 *
 * @param parts of each step, lowest levels first
 */
record Bands(List<List<Part>> parts) {
    private static final int CLASSES = 256;

    /**
     * Levels of one step in one band.
     *
     * @param upToWh highest level
     * @param place in the order of (band, class)
     */
    record Part(int upToWh, int place) {}

    /** @param leastPeakWh least possible peak, for the policy that needs it */
    static Bands of(GroupInput input, int leastPeakWh) {
        var parts = new ArrayList<List<Part>>();
        for (int t = 0; t < input.stepCount(); t++) {
            int percent = input.policy().percent();
            parts.add(
                    switch (input.policy().kind()) {
                        case FLAT -> List.of(part(Integer.MAX_VALUE, 0, 0));
                        case EARLIEST_TO_PEAK ->
                            List.of(
                                    part(Math.max(0, (long) leastPeakWh * percent / 100), 0, t),
                                    part(Integer.MAX_VALUE, 1, 0));
                        case GREEN_BANDS ->
                            List.of(
                                    part(0, 0, t),
                                    part(
                                            (long) input.limitWh()[t] * percent / 100,
                                            1,
                                            input.policy().stepClass()[t] & 0xff),
                                    part(Integer.MAX_VALUE, 2, 0));
                        case EARLIEST -> List.of(part(Integer.MAX_VALUE, 0, t));
                    });
        }
        return new Bands(parts);
    }

    /** The places that occur, ascending. */
    TreeSet<Integer> places() {
        var places = new TreeSet<Integer>();
        parts.forEach(step -> step.forEach(part -> places.add(part.place())));
        return places;
    }

    private static Part part(long upToWh, int band, int stepClass) {
        return new Part((int) Math.min(upToWh, Integer.MAX_VALUE), band * CLASSES + stepClass);
    }
}
