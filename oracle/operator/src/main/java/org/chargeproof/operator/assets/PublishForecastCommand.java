package org.chargeproof.operator.assets;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.console.output.Progress;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.operator.assets.table.Row;
import org.chargeproof.operator.assets.table.Table;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastPublished;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code chargeproof forecast publish}. */
@Command(
        name = "publish",
        header = "Publishes the load and PV that groups expect, timestep by timestep.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Publishes forecasts of your groups, with your meter account: from the next timestep on, at most 672 timesteps"
                    + " ahead, and at most four times a timestep for a group. All rows are checked before anything is sent; what"
                    + " was published in this timestep or the one before, and is the same, is left.",
            "Columns: group_id, start (such as 2026-07-01T06:15:00Z) or timestep, expected_load_wh, reserved_load_wh,"
                    + " expected_pv_wh, green_class; see docs/reference/assets.md."
        },
        footer = {
            "",
            "Example:",
            "  chargeproof forecast publish forecast.csv --rpc http://127.0.0.1:8545 --contract 0x... \\",
            "    --key meter.json --password-file meter.password"
        })
final class PublishForecastCommand extends AccountCommand {
    private static final int MOST_STEPS = 672;
    private static final int MOST_A_TIMESTEP = 4;
    private static final long MOST_WH_PER_STEP = 1L << 26;
    private static final int MOST_IDS = 20_000;
    private static final int MOST_CLASS = 255;
    private static final Table.Shape SHAPE = new Table.Shape(
            Map.of(
                    "",
                    List.of(
                            "group_id",
                            "start",
                            "timestep",
                            "expected_load_wh",
                            "reserved_load_wh",
                            "expected_pv_wh",
                            "green_class")),
            "group_id,start,expected_load_wh,reserved_load_wh,expected_pv_wh\n0,2026-07-01T06:15:00Z,2000,2500,0");

    @Parameters(paramLabel = "FILE", description = "CSV or JSON; - for standard input.")
    private String name = "";

    private @Nullable Table table;

    private record Published(Map<Integer, NavigableMap<Integer, ForecastStep>> steps, Map<Integer, Integer> timesNow) {}

    private record Part(int group, int from, List<ForecastStep> steps) {}

    @Override
    void check() {
        table = Table.read(name, SHAPE);
        table.problems().refuse();
    }

    @Override
    int run(BatchSender sender, PrintWriter out) {
        Network network = sender.network();
        int operator = sender.operator(Role.METER);
        sender.settle();
        int now = network.parameters().timestepAt(network.client().head().timestampSeconds());
        var chain = ChainAssets.read(network, operator);
        var wanted = wanted(network, chain, now);
        Objects.requireNonNull(table).problems().refuse();
        var published = published(network, now);
        var parts = parts(wanted, published);
        for (var count : counts(parts).entrySet()) {
            int times = published.timesNow().getOrDefault(count.getKey(), 0);
            if (times + count.getValue() > MOST_A_TIMESTEP) {
                Objects.requireNonNull(table)
                        .problems()
                        .add(
                                1,
                                "group " + count.getKey() + " needs " + count.getValue()
                                        + " transactions, one for each row of timesteps without a gap, and has had "
                                        + times
                                        + " in this timestep; at most " + MOST_A_TIMESTEP
                                        + " are possible. Fill the gaps, or wait for the next timestep");
            }
        }
        Objects.requireNonNull(table).problems().refuse();
        var charging = network.charging();
        try (var progress = new Progress("forecasts", parts.size())) {
            for (Part part : parts) {
                sender.send(
                        "the forecast of group " + part.group(),
                        charging.getContractAddress(),
                        charging.publishForecast(big(part.group()), big(part.from()), bytes(part.steps())));
                progress.add(1);
            }
            sender.confirm();
        }
        int all = wanted.values().stream().mapToInt(Map::size).sum();
        int sent = parts.stream().mapToInt(p -> p.steps().size()).sum();
        out.println("published " + sent + " timesteps of " + counts(parts).size() + " groups; left " + (all - sent)
                + " that were published before");
        return 0;
    }

    private Map<Integer, NavigableMap<Integer, ForecastStep>> wanted(Network network, ChainAssets chain, int now) {
        int steps = network.parameters().stepsPerHour();
        var wanted = new TreeMap<Integer, NavigableMap<Integer, ForecastStep>>();
        for (Row row : Objects.requireNonNull(table).rows()) {
            int id = (int) row.whole("group_id", "a group on chain", 0, MOST_IDS);
            var group = chain.groups().get(id);
            if (group == null || group.operator() != chain.operator()) {
                if (!row.isBad()) {
                    row.problem("group_id is " + id + ", which is no group of yours; 'assets list' shows them");
                }
                continue;
            }
            long mostWh = (group.otherEquipmentMaxW() + steps - 1L) / steps;
            int timestep = timestep(row, network, now);
            long expectedWh = row.whole("expected_load_wh", "Wh", 0, MOST_WH_PER_STEP);
            long reservedWh = row.whole("reserved_load_wh", "Wh", 0, MOST_WH_PER_STEP, expectedWh);
            long pvWh = row.whole("expected_pv_wh", "Wh", 0, MOST_WH_PER_STEP, 0);
            int green = (int) row.whole("green_class", "a class", 0, MOST_CLASS, 0);
            if (!row.isBad() && reservedWh < expectedWh) {
                row.problem("reserved_load_wh is " + reservedWh + ", below expected_load_wh, which is " + expectedWh
                        + "; reserve what you expect, or more");
            }
            if (!row.isBad() && reservedWh > mostWh) {
                row.problem(
                        "reserved_load_wh is " + reservedWh + "; the other equipment of group " + id + " takes at most "
                                + group.otherEquipmentMaxW() + " W, which is " + mostWh + " Wh in a timestep");
            }
            if (!row.isBad()
                    && wanted.computeIfAbsent(id, g -> new TreeMap<>())
                                    .putIfAbsent(
                                            timestep,
                                            new ForecastStep((int) expectedWh, (int) reservedWh, (int) pvWh, green))
                            != null) {
                row.problem("group " + id + " has timestep " + timestep + " in a row before; remove one of the two");
            }
        }
        return wanted;
    }

    private static int timestep(Row row, Network network, int now) {
        long seconds = network.parameters().timestepSeconds();
        if (row.has("start") == row.has("timestep")) {
            row.problem("must have either start or timestep");
            return now;
        }
        if (row.has("timestep")) {
            return (int) row.whole(
                    "timestep",
                    "timesteps, from the next one up to " + MOST_STEPS + " ahead",
                    now + 1L,
                    now + (long) MOST_STEPS);
        }
        String text = row.required("start");
        try {
            long start = OffsetDateTime.parse(text).toEpochSecond();
            long timestep = Math.floorDiv(start, seconds);
            if (timestep * seconds != start) {
                row.problem("start is " + Row.shown(text) + ", which is no start of a timestep; these are " + seconds
                        + " s long, counted from 1970-01-01T00:00:00Z");
            } else if (timestep <= now || timestep > now + MOST_STEPS) {
                row.problem("start is " + Row.shown(text) + ", timestep " + timestep + "; it must be from " + (now + 1L)
                        + ", the next one, to " + (now + (long) MOST_STEPS));
            } else {
                return (int) timestep;
            }
        } catch (DateTimeException e) {
            row.problem("start is '" + Row.shown(text)
                    + "'; it must be a time with its zone, such as 2026-07-01T06:15:00Z");
        }
        return now;
    }

    /** What was published in the running timestep and the one before. */
    private static Published published(Network network, int now) {
        long from = firstBlock(network, network.parameters().startOf(now - 1));
        long head = network.client().head().number();
        var published = new Published(new HashMap<>(), new HashMap<>());
        for (var log : new NodeBlockSource(network).logs(from, head)) {
            var event = LogDecoder.decode(log).orElse(null);
            if (event instanceof ForecastPublished forecast) {
                var steps = published.steps().computeIfAbsent(forecast.group(), g -> new TreeMap<>());
                int timestep = forecast.fromTimestep();
                for (ForecastStep step : forecast.steps()) {
                    steps.put(timestep++, step);
                }
                if (network.parameters()
                                .timestepAt(network.client().header(log.block()).timestampSeconds())
                        == now) {
                    published.timesNow().merge(forecast.group(), 1, Integer::sum);
                }
            }
        }
        return published;
    }

    /** The first block at or after a time. */
    private static long firstBlock(Network network, long timestampSeconds) {
        long low = network.deployedAtBlock();
        long high = network.client().head().number();
        while (low < high) {
            long middle = (low + high) / 2;
            if (network.client().header(middle).timestampSeconds() < timestampSeconds) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** What is to be sent: timesteps without a gap, without what is published already at their ends. */
    private static List<Part> parts(Map<Integer, NavigableMap<Integer, ForecastStep>> wanted, Published published) {
        var parts = new ArrayList<Part>();
        wanted.forEach((group, steps) -> {
            var known = published.steps().getOrDefault(group, new TreeMap<>());
            Part part = null;
            int last = 0;
            for (var step : steps.entrySet()) {
                if (step.getValue().equals(known.get(step.getKey()))) {
                    continue;
                }
                if (part == null || step.getKey() != last + 1) {
                    part = new Part(group, step.getKey(), new ArrayList<>());
                    parts.add(part);
                }
                part.steps().add(step.getValue());
                last = step.getKey();
            }
        });
        return parts;
    }

    private static Map<Integer, Integer> counts(List<Part> parts) {
        var counts = new TreeMap<Integer, Integer>();
        parts.forEach(p -> counts.merge(p.group(), 1, Integer::sum));
        return counts;
    }

    private static byte[] bytes(List<ForecastStep> steps) {
        return Bytes.concatenate(steps.stream()
                        .map(s -> Bytes.concatenate(
                                Bytes.ofUnsignedInt(s.expectedLoadWh()),
                                Bytes.ofUnsignedInt(s.reservedLoadWh()),
                                Bytes.ofUnsignedInt(s.expectedPvWh()),
                                Bytes.of(s.greenClass())))
                        .toList())
                .toArray();
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
