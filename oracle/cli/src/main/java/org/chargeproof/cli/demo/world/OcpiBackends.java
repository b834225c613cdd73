package org.chargeproof.cli.demo.world;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.console.input.SecretFile;
import org.chargeproof.cpo.CpoPlatform;
import org.chargeproof.cpo.CpoSettings;
import org.chargeproof.cpo.PushReport;
import org.chargeproof.cpo.Quirk;
import org.chargeproof.cpo.Station;
import org.chargeproof.cpo.StationData;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.oracle.backend.SetpointBackend.Source;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;
import org.web3j.utils.Numeric;

/** Systems that speak OCPI: an operator's charge points live by the profiles that its oracle sends, and tell of their sessions. */
public final class OcpiBackends implements Backends {
    private static final String ORACLE = "oracle";
    private static final int ATTEMPTS = 3;
    /** What a real platform would give a charge point; longer than any of these takes. */
    private static final int RESULT_SECONDS = 1;

    private final Path folder;
    private final List<Credentials> meters;
    private final List<Scenario.Point> points;
    private final SortedSet<Integer> flaky;
    private final Set<Integer> fullPower;
    private final LongSupplier nowSeconds;
    private final List<CpoPlatform> platforms = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<Map<Integer, Source>> sources = new ArrayList<>();
    private IntPredicate runs = operator -> false;
    private Runnable awaitOracles = () -> {};
    private IntConsumer readSources = operator -> {};

    private static final List<Quirk> IN_TURN =
            List.of(Quirk.IGNORES, Quirk.LATE, Quirk.LOST, Quirk.REFUSES, Quirk.REBOOTS, Quirk.NONE);
    private static final int STEPS_OF_QUIRK = 4;

    /**
     * @param flaky charge points that misbehave in turn in every way
     * @param fullPower those of them that wait for no profile
     * @param folder of the oracles; keys and partners come into it
     * @param meters the operators' meter accounts
     * @param points all charge points, in the order of their numbers
     * @param nowSeconds block time, unix seconds
     */
    public OcpiBackends(
            Vertx vertx,
            Path folder,
            List<Credentials> meters,
            List<Scenario.Point> points,
            Set<Integer> flaky,
            Set<Integer> fullPower,
            LongSupplier nowSeconds) {
        this.flaky = new TreeSet<>(flaky);
        this.fullPower = Set.copyOf(fullPower);
        this.folder = folder;
        this.meters = List.copyOf(meters);
        this.points = List.copyOf(points);
        this.nowSeconds = nowSeconds;
        for (int o = 0; o < meters.size(); o++) {
            int operator = o;
            var own = IntStream.range(0, points.size())
                    .filter(i -> points.get(i).operator() == operator)
                    .mapToObj(i -> data(points.get(i), fullPower.contains(i)))
                    .toList();
            Path data = folder.resolve("cpo-" + o);
            try {
                Files.createDirectories(data);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot create " + data, e);
            }
            List<PartyId> parties = own.isEmpty()
                    ? List.of(new PartyId("XX", "CP" + (o + 1)))
                    : own.stream().map(StationData::party).distinct().toList();
            var platform = new CpoPlatform(
                    vertx, CpoSettings.loopback(data, parties).withResultTimeoutSeconds(RESULT_SECONDS), nowSeconds);
            own.forEach(platform::add);
            platforms.add(platform);
            sources.add(new HashMap<>());
        }
    }

    private static StationData data(Scenario.Point point, boolean isFullPower) {
        return StationData.of(
                point.evseId(),
                location(point.evseId()),
                point.ratedPowerW(),
                point.minPowerW(),
                isFullPower ? point.ratedPowerW() : 0);
    }

    @Override
    public boolean isFlaky(int point) {
        return flaky.contains(point);
    }

    @Override
    public void begin(int step) {
        if (step % STEPS_OF_QUIRK != 0) {
            return;
        }
        int turn = step / STEPS_OF_QUIRK;
        for (int point : flaky) {
            if (!fullPower.contains(point)) {
                station(point).setQuirk(IN_TURN.get((turn + point / 10) % IN_TURN.size()), nowSeconds.getAsLong());
            }
        }
    }

    @Override
    public int powerLimitW(int point, long second) {
        return station(point).powerLimitW(second);
    }

    /** One for each country and operator that stands in EVSE ids: a location is of one of them. */
    private static String location(String evseId) {
        return evseId.substring(0, evseId.indexOf("*E")).replace("*", "-");
    }

    @Override
    public List<String> oracleOptions(int operator) {
        Path key = folder.resolve("meter-" + operator + ".key");
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(key);
            SecretFile.write(
                    key,
                    Numeric.toHexStringNoPrefixZeroPadded(
                            meters.get(operator).getEcKeyPair().getPrivateKey(), 64));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + key, e);
        }
        return List.of(
                "--ocpi-party", "XX*SC" + (operator + 1), "--ocpi-allow", "127.0.0.0/8", "--meter-key", key.toString());
    }

    @Override
    public void connect(Oracles oracles) {
        for (int o = 0; o < oracles.size(); o++) {
            connect(o, oracles.url(o));
        }
        runs = operator -> operator < oracles.size() && oracles.runs(operator);
        awaitOracles = oracles::awaitIdle;
        readSources = operator -> {
            if (runs.test(operator)) {
                sources.get(operator).putAll(oracles.handedOver(operator));
            }
        };
    }

    /** As an operator would: the oracle invites, and the backend registers with it. */
    private void connect(int operator, String oracleUrl) {
        try (var http = HttpClient.newHttpClient()) {
            var invitation = Invitations.invite(
                    http, oracleUrl, folder.resolve("oracle-" + operator), "ocpi", Map.of("name", "backend"));
            platforms.get(operator).register(ORACLE, invitation.versionsUrl(), invitation.token());
        }
    }

    @Override
    public int energyWh(int operator, int point, long startSeconds, long endSeconds, int stepsPerHour) {
        long wattSeconds = station(point).limitWattSeconds(startSeconds, endSeconds);
        return (int) (wattSeconds / ((endSeconds - startSeconds) * stepsPerHour));
    }

    @Override
    public @Nullable Source source(int operator, int timestep) {
        if (!sources.get(operator).containsKey(timestep)) {
            readSources.accept(operator);
        }
        return sources.get(operator).get(timestep);
    }

    @Override
    public boolean livedByFallback(int point, long startSeconds, long endSeconds) {
        return station(point).livedByFallback(startSeconds, endSeconds);
    }

    /** A charge point, by its number. */
    public Station station(int point) {
        return platform(point).station(points.get(point).evseId());
    }

    private CpoPlatform platform(int point) {
        return platforms.get(points.get(point).operator());
    }

    @Override
    public boolean reports(int operator) {
        return runs.test(operator);
    }

    @Override
    public void plugIn(int point) {
        platform(point).plugIn(points.get(point).evseId(), "driver-at-" + point, nowSeconds.getAsLong());
    }

    @Override
    public void unplug(int point) {
        platform(point).unplug(points.get(point).evseId(), nowSeconds.getAsLong());
    }

    @Override
    public void metered(int point, long registerWh, int powerW) {
        platform(point).meter(points.get(point).evseId(), registerWh, powerW);
    }

    @Override
    public void tell() {
        tellUntil(nowSeconds.getAsLong());
    }

    @Override
    public void tellUntil(long second) {
        var failures = new ArrayList<PushReport.Failure>();
        for (int attempt = 0; attempt < ATTEMPTS && (attempt == 0 || !failures.isEmpty()); attempt++) {
            failures.clear();
            for (int o = 0; o < platforms.size(); o++) {
                platforms.get(o).advance(second);
                PushReport told = platforms.get(o).report(second);
                if (runs.test(o)) {
                    failures.addAll(told.failures());
                }
            }
            // one that was killed is there again then, and is told again
            awaitOracles.run();
        }
        failures.forEach(failure -> problems.add(failure.what() + " was not told: " + failure.reason()));
        for (int o = 0; o < platforms.size(); o++) {
            readSources.accept(o);
        }
    }

    @Override
    public List<String> problems() {
        return List.copyOf(problems);
    }

    @Override
    public void close() {
        platforms.forEach(CpoPlatform::close);
    }
}
