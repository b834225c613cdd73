package org.chargeproof.ocpi.model;

import java.util.List;

/** When a location is open, in its own time zone. */
public record Hours(
        boolean twentyfourseven,
        List<RegularHours> regularHours,
        List<ExceptionalPeriod> exceptionalOpenings,
        List<ExceptionalPeriod> exceptionalClosings) {
    /** The same lists, unchangeable. */
    public Hours {
        regularHours = List.copyOf(regularHours);
        exceptionalOpenings = List.copyOf(exceptionalOpenings);
        exceptionalClosings = List.copyOf(exceptionalClosings);
    }
}
