package org.chargeproof.site.file;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chargeproof.site.phases.Phase;

/**
 * The limits of a group's phases as its operator states them.
 *
 * @param limitW what the charge points of the group may take together on each phase
 * @param phaseOf by EVSE id or number of a charge point, the phase that it loads; those that are not named load all three
 */
public record PhaseSite(int limitW, Map<String, Phase> phaseOf) {
    /** The voltage between a phase and neutral. */
    public static final int VOLTS = 230;

    /** Copies what is given. */
    public PhaseSite {
        phaseOf = Map.copyOf(phaseOf);
    }

    /** The phase of a charge point. */
    public Phase phaseOf(int chargePoint, String evseId) {
        Phase named = phaseOf.get(evseId);
        return named == null ? phaseOf.getOrDefault(Integer.toString(chargePoint), Phase.ALL) : named;
    }

    /**
     * Charge points that are named and that nobody knows: a misspelt one would count for three phases.
     *
     * @param known EVSE ids and numbers
     */
    public List<String> unknown(Set<String> known) {
        return phaseOf.keySet().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .toList();
    }
}
