package org.chargeproof.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.simulation.scenario.ChargingSession;
import org.chargeproof.simulation.scenario.SessionFile;

/**
 * Sites of whose visits it is known who drove.
 *
 * @param drivers by visit
 * @param driverCount numbers of drivers are below it
 */
record DrivenSites(List<Site> sites, Map<Place, Integer> drivers, int driverCount) {
    /** A visit: at a plug, only one car comes at a time. */
    record Place(int site, int point, long plugInSeconds) {}

    /** A file's sessions with its users; sessions without user are left out. */
    static DrivenSites of(SessionFile file) {
        var sites = Sites.of(file, 1, false);
        var users = new HashMap<String, Integer>();
        var drivers = new HashMap<Place, Integer>();
        for (int s = 0; s < sites.size(); s++) {
            Site site = sites.get(s);
            var its = file.sessions().stream()
                    .filter(x -> x.group().equals(site.name()))
                    .toList();
            var evses =
                    its.stream().map(ChargingSession::evse).distinct().sorted().toList();
            for (var session : its) {
                if (!session.user().isEmpty()) {
                    long in = Duration.between(site.start(), session.plugIn()).toSeconds();
                    int number = users.computeIfAbsent(session.user(), u -> users.size());
                    drivers.put(new Place(s, evses.indexOf(session.evse()), in), number);
                }
            }
        }
        if (users.size() < 2) {
            throw new BadInputException(file.name() + " has " + users.size()
                    + " users in its column user_id; there must be at least 2 to tell one from the other.");
        }
        return new DrivenSites(new ArrayList<>(sites), drivers, users.size());
    }
}
