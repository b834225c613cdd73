package org.chargeproof.simulation;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.simulation.scenario.ChargingSession;
import org.chargeproof.simulation.scenario.SessionFile;

/** Groups of charge points from a file of real sessions. */
final class Sites {
    private Sites() {}

    /**
     * The groups of a file.
     *
     * @param minPoints groups with fewer charge points are left out
     * @param stated whether drivers' own inputs count, where there are some; otherwise what really happened
     */
    static List<Site> of(SessionFile file, int minPoints, boolean stated) {
        LocalDateTime start = file.sessions().stream()
                .map(ChargingSession::plugIn)
                .min(Comparator.naturalOrder())
                .orElseThrow()
                .toLocalDate()
                .atStartOfDay();
        var byGroup = new TreeMap<String, List<ChargingSession>>();
        file.sessions()
                .forEach(s -> byGroup.computeIfAbsent(s.group(), g -> new ArrayList<>())
                        .add(s));
        var sites = new ArrayList<Site>();
        byGroup.forEach((group, sessions) -> {
            var site = site(file, group, sessions, start, stated);
            if (site.ratedW().length >= minPoints) {
                sites.add(site);
            }
        });
        if (sites.isEmpty()) {
            throw new BadInputException(
                    "no group of " + file.name() + " has " + minPoints + " charge points. Lower --least-points.");
        }
        return sites;
    }

    private static Site site(
            SessionFile file, String group, List<ChargingSession> sessions, LocalDateTime start, boolean stated) {
        var evses =
                sessions.stream().map(ChargingSession::evse).distinct().sorted().toList();
        var place = new HashMap<String, Integer>();
        evses.forEach(evse -> place.put(evse, place.size()));
        int[] ratedW = evses.stream().mapToInt(file::ratedPowerW).toArray();
        var visits = sessions.stream()
                .sorted(Comparator.comparing(ChargingSession::plugIn).thenComparing(ChargingSession::evse))
                .map(s -> visit(s, place.getOrDefault(s.evse(), 0), ratedW, start, stated))
                .toList();
        return new Site(group, start, ratedW, visits);
    }

    private static Visit visit(ChargingSession s, int point, int[] ratedW, LocalDateTime start, boolean stated) {
        return new Visit(
                point,
                seconds(start, s.plugIn()),
                seconds(start, stated ? s.departure() : s.plugOut()),
                seconds(start, s.plugOut()),
                stated ? s.wantedWh() : s.deliveredWh(),
                s.deliveredWh(),
                ratedW[point],
                false);
    }

    private static long seconds(LocalDateTime start, LocalDateTime moment) {
        return Duration.between(start, moment).toSeconds();
    }
}
