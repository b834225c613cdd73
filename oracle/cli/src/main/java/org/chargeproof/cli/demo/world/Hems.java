package org.chargeproof.cli.demo.world;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.chargeproof.api.ApiKeys;
import org.chargeproof.api.ApiSettings;
import org.chargeproof.api.Role;
import org.chargeproof.cli.demo.scenario.DemoSite;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Pause;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.site.file.BatterySite;
import org.chargeproof.site.phases.Phase;
import org.jspecify.annotations.Nullable;

/**
 * The operators' energy management: tells their oracles by HTTP ({@code /api/v1}) what groups measured and expect and what a battery
 * holds, and runs the battery by what it is answered. Groups whose oracle does not run are not its own.
 */
public final class Hems implements AutoCloseable {
    private static final int ACCEPTED = 202;
    private static final int OK = 200;
    private static final int CONFLICT = 409;
    private static final int MOST_FORECAST_STEPS = 672;
    private static final int TOO_MANY = 429;
    private static final int MOST_TRIES = 2_000;
    private static final int PAUSE_MILLIS = 20;
    private static final int THIRDS = 3;
    private static final Phase[] PHASES = {Phase.L1, Phase.L2, Phase.L3};

    private final Supplier<Scenario> scenario;
    private final NetworkParameters parameters;
    private final int oracles;
    private final Path folder;
    private final @Nullable DemoSite site;
    private final List<String> keys = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final ObjectMapper json = new ObjectMapper();
    private int firstTimestep;
    private Backends.@Nullable Oracles fleet;
    private int inputs;
    private int storedWh;
    private int batteryWh;
    private long takenWh;
    private long givenWh;
    private long lostWh;
    private long peakWh;
    private long peakWithoutWh;
    private int timestepsRun;
    private final long[] phaseThirds = new long[THIRDS];
    private long phasePeakThirds;
    private int timestepsOverPhase;

    /**
     * What it came to.
     *
     * @param inputs that were put in by HTTP
     * @param takenWh what the battery took, from outside
     * @param givenWh what it gave
     * @param lostWh what of the former was not stored
     * @param storedWh what is left in it
     * @param timestepsRun in which it took or gave something
     * @param peakWh highest net load of its group in a timestep
     * @param peakWithoutWh the same of the same charging, without what the battery did
     * @param phasePeakThirds highest load of a phase by cars in a timestep, in thirds of a Wh
     * @param phaseLimitWh its limit; 0 without one
     * @param timestepsOverPhase timesteps in which a phase carried more
     */
    public record Figures(
            int inputs,
            long takenWh,
            long givenWh,
            long lostWh,
            int storedWh,
            int timestepsRun,
            long peakWh,
            long peakWithoutWh,
            long phasePeakThirds,
            int phaseLimitWh,
            int timestepsOverPhase) {}

    /**
     * @param oracles how many operators have one, from the first on
     * @param folder of the oracles, which are yet to be started: keys for them come into it
     * @param site what groups have beside charge points; null for nothing
     */
    public Hems(
            Supplier<Scenario> scenario,
            NetworkParameters parameters,
            int oracles,
            Path folder,
            @Nullable DemoSite site) {
        this.scenario = scenario;
        this.parameters = parameters;
        this.oracles = oracles;
        this.folder = folder;
        this.site = site;
        this.storedWh = site == null ? 0 : site.battery().storedWh();
        var random = new SecureRandom();
        try {
            for (int o = 0; o < oracles; o++) {
                Path data = Files.createDirectories(folder.resolve("oracle-" + o));
                keys.add(new ApiKeys(data.resolve(ApiSettings.KEYS_FILE))
                        .make("hems", Role.METER, null, Instant.now(), random)
                        .text());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create folders in " + folder, e);
        }
    }

    /** Options of an operator's oracle: its site file, where it has one. */
    public List<String> oracleOptions(int operator) {
        var groups = new ArrayList<Map<String, Object>>();
        if (site != null && owner(site.batteryGroup()) == operator) {
            BatterySite battery = site.battery();
            var stated = new LinkedHashMap<String, Object>();
            stated.put("battery", battery.battery());
            stated.put("capacityWh", battery.capacityWh());
            stated.put("chargeW", battery.chargeW());
            stated.put("dischargeW", battery.dischargeW());
            stated.put("efficiencyPercent", battery.efficiencyPercent());
            stated.put("leastAtEndWh", battery.leastAtEndWh());
            groups.add(Map.of("group", site.batteryGroup(), "battery", stated));
        }
        var phases = site == null ? null : site.phases();
        if (site != null && phases != null && owner(site.phaseGroup()) == operator) {
            groups.add(Map.of(
                    "group",
                    site.phaseGroup(),
                    "phases",
                    Map.of("limitW", phases.limitW(), "chargePoints", phases.phaseOf())));
        }
        if (groups.isEmpty()) {
            return List.of();
        }
        Path file = folder.resolve("site-" + operator + ".json");
        try {
            json.writeValue(file.toFile(), Map.of("groups", groups));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        return List.of("--site", file.toString());
    }

    /** The ledger's timestep that is step 0 of the scenario. */
    void setFirstTimestep(int timestep) {
        firstTimestep = timestep;
    }

    /**
     * The oracles have started: they are told what is expected, and what the battery holds.
     *
     * @param currentTimestep that runs
     */
    public void connect(Backends.Oracles started, int currentTimestep) {
        fleet = started;
        for (int g = 0; g < scenario.get().groups().size(); g++) {
            if (hasMore(g) && speaksFor(owner(g))) {
                forecast(g, Math.max(1, currentTimestep + 1 - firstTimestep));
            }
        }
        if (site != null && speaksFor(owner(site.batteryGroup()))) {
            battery(currentTimestep - 1, 0);
        }
    }

    /** Whether an operator's groups are its own: none of them before the oracle runs that is yet to be started. */
    boolean isFor(int operator) {
        return operator < oracles && (fleet == null || speaksFor(operator));
    }

    private boolean speaksFor(int operator) {
        return fleet != null && operator < fleet.size() && fleet.runs(operator);
    }

    /** What other equipment took and PV gave in a timestep that is over, and what the battery holds. */
    void report(int timestep) {
        int step = timestep - firstTimestep;
        var groups = scenario.get().groups();
        for (int g = 0; g < groups.size(); g++) {
            var group = groups.get(g);
            if (!hasMore(g) || !speaksFor(group.owner())) {
                continue;
            }
            int loadWh = Scenario.at(group.loadWh(), step);
            put(
                    group.owner(),
                    "/groups/" + g + "/measurements/" + timestep,
                    Map.of(
                            "loadWh",
                            site != null && g == site.batteryGroup() ? Math.max(0, loadWh + batteryWh) : loadWh,
                            "pvWh",
                            Scenario.at(group.pvWh(), step),
                            "firmPvWh",
                            0));
        }
        if (site != null && speaksFor(owner(site.batteryGroup()))) {
            battery(timestep, batteryWh * parameters.stepsPerHour());
        }
    }

    /** A timestep begins: the battery does what its oracle says. */
    void begin(int timestep) {
        batteryWh = 0;
        if (site == null || !speaksFor(owner(site.batteryGroup()))) {
            return;
        }
        for (int i = 0; i < MOST_TRIES; i++) {
            var plan = batteryPlan(owner(site.batteryGroup()));
            if (plan == null) {
                return;
            }
            if (plan.path("timestep").asInt() >= timestep) {
                batteryWh = plan.path("timestep").asInt() == timestep
                        ? plan.path("energyWh").asInt()
                        : 0;
                return;
            }
            // its node is a block behind
            Pause.millis(PAUSE_MILLIS);
        }
        throw new LedgerException("the oracle of the group with a battery does not come to timestep " + timestep);
    }

    /** What a group's battery takes in the running timestep, below 0 for what it gives. */
    int batteryWh(int group) {
        return site != null && group == site.batteryGroup() ? batteryWh : 0;
    }

    /** A car took energy in the timestep that ends. */
    void took(int point, int group, long carWh) {
        if (site == null || group != site.phaseGroup()) {
            return;
        }
        Phase phase = site.phaseOf(point);
        for (int of = 0; of < THIRDS; of++) {
            phaseThirds[of] += phase == Phase.ALL ? carWh : phase == PHASES[of] ? THIRDS * carWh : 0;
        }
    }

    /**
     * A timestep has passed.
     *
     * @param groupWh what all cars took, by group
     */
    void passed(int step, long[] groupWh) {
        if (site == null) {
            return;
        }
        long carsWh = groupWh[site.batteryGroup()];
        var group = scenario.get().groups().get(site.batteryGroup());
        long otherWh = carsWh + Scenario.at(group.loadWh(), step) - Scenario.at(group.pvWh(), step);
        peakWh = Math.max(peakWh, otherWh + batteryWh);
        peakWithoutWh = Math.max(peakWithoutWh, otherWh);
        run(site.battery());
        var phases = site.phases();
        if (phases == null) {
            return;
        }
        boolean isOver = false;
        for (int of = 0; of < THIRDS; of++) {
            phasePeakThirds = Math.max(phasePeakThirds, phaseThirds[of]);
            isOver |= phaseThirds[of] > (long) THIRDS * phases.limitW() / parameters.stepsPerHour();
            phaseThirds[of] = 0;
        }
        timestepsOverPhase += isOver ? 1 : 0;
    }

    /** A battery that is told what it cannot do is a fault of who told it. */
    private void run(BatterySite battery) {
        int beforeWh = storedWh;
        storedWh += batteryWh > 0 ? (int) ((long) batteryWh * battery.efficiencyPercent() / 100) : batteryWh;
        if (storedWh < 0
                || storedWh > battery.capacityWh()
                || batteryWh > battery.chargeW() / parameters.stepsPerHour()
                || -batteryWh > battery.dischargeW() / parameters.stepsPerHour()) {
            throw new LedgerException(
                    "a battery that stores " + beforeWh + " Wh was told to take " + batteryWh + " Wh: " + battery);
        }
        if (batteryWh > 0) {
            takenWh += batteryWh;
            lostWh += batteryWh - (storedWh - beforeWh);
        } else {
            givenWh -= batteryWh;
        }
        timestepsRun += batteryWh == 0 ? 0 : 1;
    }

    /** What it came to; null when no group has anything. */
    public @Nullable Figures figures() {
        if (site == null) {
            return null;
        }
        var phases = site.phases();
        return new Figures(
                inputs,
                takenWh,
                givenWh,
                lostWh,
                storedWh,
                timestepsRun,
                peakWh,
                peakWithoutWh,
                phasePeakThirds,
                phases == null ? 0 : phases.limitW() / parameters.stepsPerHour(),
                timestepsOverPhase);
    }

    @Override
    public void close() {
        http.close();
    }

    private void battery(int timestep, int powerW) {
        if (site != null) {
            put(
                    owner(site.batteryGroup()),
                    "/batteries/" + site.battery().battery() + "/state",
                    Map.of("timestep", timestep, "storedWh", storedWh, "powerW", powerW));
        }
    }

    private void forecast(int g, int fromStep) {
        var group = scenario.get().groups().get(g);
        var steps = new ArrayList<Map<String, Integer>>();
        int until = Math.min(scenario.get().steps(), fromStep + MOST_FORECAST_STEPS);
        for (int t = fromStep; t < until; t++) {
            steps.add(Map.of(
                    "expectedLoadWh",
                    Scenario.at(group.expectedLoadWh(), t),
                    "reservedLoadWh",
                    Scenario.at(group.reservedLoadWh(), t),
                    "expectedPvWh",
                    Scenario.at(group.expectedPvWh(), t),
                    "greenClass",
                    0));
        }
        put(
                group.owner(),
                "/groups/" + g + "/forecast",
                Map.of("fromTimestep", firstTimestep + fromStep, "steps", steps));
    }

    private boolean hasMore(int g) {
        var group = scenario.get().groups().get(g);
        return group.otherEquipmentMaxW() > 0 || group.pvPeakW() > 0;
    }

    private int owner(int g) {
        return scenario.get().groups().get(g).owner();
    }

    /** Once more until it is taken: an oracle may be reading the ledger, or be started again. */
    private void put(int operator, String path, Map<String, ?> body) {
        var answer = send(operator, path, body);
        // a conflict is what an oracle had sent before it was started again
        if (answer.statusCode() != ACCEPTED && answer.statusCode() != CONFLICT) {
            throw new LedgerException("oracle " + operator + " does not take " + path + ": " + answer.body());
        }
        inputs++;
    }

    private @Nullable JsonNode batteryPlan(int operator) {
        var answer = send(operator, "/groups/" + (site == null ? 0 : site.batteryGroup()) + "/battery-plan", null);
        try {
            return answer.statusCode() == OK ? json.readTree(answer.body()) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> send(int operator, String path, @Nullable Map<String, ?> body) {
        var started = fleet;
        String problem = "it was not started";
        for (int i = 0; started != null && i < MOST_TRIES; i++) {
            try {
                var request = HttpRequest.newBuilder(URI.create(started.url(operator) + "/api/v1" + path))
                        .timeout(Duration.ofSeconds(40))
                        .header("authorization", "Bearer " + keys.get(operator))
                        .header("content-type", "application/json");
                var answer = http.send(
                        body == null
                                ? request.GET().build()
                                : request.PUT(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)))
                                        .build(),
                        HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() < TOO_MANY) {
                    return answer;
                }
                problem = answer.body();
            } catch (IOException e) {
                problem = e.toString();
                // one that was killed is started again by who waits for it
                started.awaitIdle();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LedgerException("interrupted", e);
            }
            Pause.millis(PAUSE_MILLIS);
        }
        throw new LedgerException("oracle " + operator + " does not answer at " + path + ": " + problem);
    }
}
