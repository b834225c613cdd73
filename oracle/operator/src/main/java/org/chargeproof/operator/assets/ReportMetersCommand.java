package org.chargeproof.operator.assets;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.output.Progress;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.assets.table.EvseId;
import org.chargeproof.operator.assets.table.Ocpi;
import org.chargeproof.operator.assets.table.Row;
import org.chargeproof.operator.assets.table.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chargeproof meters report}. */
@Command(
        name = "report",
        header = "Reports registers, power and status of charge points, and load and PV of groups.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Reports what was read at the end of a timestep, with your meter account. All rows are checked before anything is"
                    + " sent; those that are reported already are left.",
            "Rows are of type charge_point (evse_id, register_wh, power_w, status) or group (group_id, load_wh, pv_wh,"
                    + " firm_pv_wh); see docs/reference/assets.md."
        },
        footer = {
            "",
            "Example:",
            "  chargeproof meters report meters.csv --rpc http://127.0.0.1:8545 --contract 0x... \\",
            "    --key meter.json --password-file meter.password"
        })
final class ReportMetersCommand extends AccountCommand {
    private static final long MOST_REGISTER_WH = 1L << 53;
    private static final long MOST_WH_PER_STEP = 1L << 26;
    private static final long MOST_W = 0xffff_ffffL;
    private static final int MOST_IDS = 20_000;
    private static final int BATCH = 1_000;
    private static final String LAST = "last";
    private static final Table.Shape SHAPE = new Table.Shape(
            columns(),
            "type,evse_id,register_wh,power_w,status,group_id,load_wh,pv_wh\n"
                    + "charge_point,DE*ABC*E0001,123456,7360,CHARGING,,,\n"
                    + "group,,,,,0,2500,0");

    @Parameters(paramLabel = "FILE", description = "CSV or JSON; - for standard input.")
    private String name = "";

    @Option(
            names = "--timestep",
            paramLabel = "N",
            defaultValue = LAST,
            description = "At whose end it was read: its number, or 'last' (default) for the one that ended last.")
    private String timestep = LAST;

    private @Nullable Table table;
    private final List<Point> points = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();

    private record Point(Row row, String evseId, long registerWh, long powerW, int status) {}

    private record Group(Row row, int id, long loadWh, long pvWh, long firmPvWh) {}

    private static Map<String, List<String>> columns() {
        var columns = new LinkedHashMap<String, List<String>>();
        columns.put("charge_point", List.of("evse_id", "register_wh", "power_w", "status"));
        columns.put("group", List.of("group_id", "load_wh", "pv_wh", "firm_pv_wh"));
        return columns;
    }

    @Override
    void check() {
        if (!timestep.equals(LAST) && !timestep.matches("[0-9]{1,9}")) {
            throw new BadInputException(
                    "--timestep is '" + Row.shown(timestep) + "'; it is a timestep's number, or 'last'.");
        }
        var read = Table.read(name, SHAPE);
        table = read;
        var lines = new HashMap<String, Integer>();
        for (Row row : read.rows()) {
            if (row.type().equals("group")) {
                groups.add(new Group(
                        row,
                        (int) row.whole("group_id", "a group on chain", 0, MOST_IDS),
                        row.whole("load_wh", "Wh", 0, MOST_WH_PER_STEP),
                        row.whole("pv_wh", "Wh", 0, MOST_WH_PER_STEP, 0),
                        row.whole("firm_pv_wh", "Wh", 0, MOST_WH_PER_STEP, 0)));
                unique(lines, row, "group_id", "g" + groups.getLast().id());
            } else {
                points.add(new Point(
                        row,
                        EvseId.of(row, "evse_id"),
                        row.whole("register_wh", "Wh", 0, MOST_REGISTER_WH),
                        row.whole("power_w", "W", 0, MOST_W, 0),
                        row.choice("status", Ocpi.STATUS, 0)));
                unique(lines, row, "evse_id", EvseId.key(points.getLast().evseId()));
            }
        }
        read.problems().refuse();
    }

    private static void unique(Map<String, Integer> lines, Row row, String column, String key) {
        Integer before = row.isBad() ? null : lines.putIfAbsent(key, row.line());
        if (before != null) {
            row.problem(column + " is in line " + before + " already; remove one of the two");
        }
    }

    @Override
    int run(BatchSender sender, PrintWriter out) {
        Network network = sender.network();
        int operator = sender.operator(Role.METER);
        sender.settle();
        int now = network.parameters().timestepAt(network.client().head().timestampSeconds());
        int reported = timestep.equals(LAST) ? now - 1 : Integer.parseInt(timestep);
        if (reported >= now) {
            throw new BadInputException("--timestep is " + reported
                    + ", which is not over; the last one that is over is " + (now - 1) + ". Nothing was sent.");
        }
        var chain = ChainAssets.read(network, operator);
        var entries = entries(network, chain, reported);
        var due = groups(network, chain, reported);
        Objects.requireNonNull(table).problems().refuse();
        send(sender, reported, entries, due);
        out.println("timestep " + reported + ": reported " + entries.size() + " charge points and " + due.size()
                + " groups; left " + (points.size() - entries.size() + groups.size() - due.size())
                + " that were reported before");
        return 0;
    }

    /** A charge point's id with what is sent of it, ascending. */
    private record Entry(int id, Bytes bytes) {}

    private List<Entry> entries(Network network, ChainAssets chain, int reported) {
        var byEvse = new HashMap<String, ChainAssets.Point>();
        chain.points().values().forEach(p -> byEvse.putIfAbsent(EvseId.key(p.evseId()), p));
        var known = new ArrayList<Point>();
        for (Point p : points) {
            if (byEvse.containsKey(EvseId.key(p.evseId()))) {
                known.add(p);
            } else {
                p.row()
                        .problem("evse_id is " + p.evseId()
                                + ", which is no charge point of yours; 'assets list' shows them");
            }
        }
        var lives = Calls.each(
                "meters",
                known,
                p -> network.client()
                        .call(network.charging().liveOf(big(at(byEvse, p).id()))));
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < known.size(); i++) {
            Point p = known.get(i);
            var live = lives.get(i);
            if (live.reportedTimestep.longValueExact() >= reported) {
                continue;
            }
            if (live.registerWh.longValueExact() > p.registerWh()) {
                p.row()
                        .problem(
                                "register_wh is " + p.registerWh() + ", but " + live.registerWh
                                        + " was reported for timestep " + live.reportedTimestep
                                        + "; a register does not go back. Is it in Wh? A new meter goes on from the old one's reading");
            }
            int id = at(byEvse, p).id();
            entries.add(new Entry(
                    id,
                    Bytes.concatenate(
                            Bytes.ofUnsignedInt(id),
                            Bytes.ofUnsignedLong(p.registerWh()),
                            Bytes.ofUnsignedInt(p.powerW()),
                            Bytes.of(p.status()))));
        }
        entries.sort(Comparator.comparingInt(Entry::id));
        return entries;
    }

    private static ChainAssets.Point at(Map<String, ChainAssets.Point> byEvse, Point p) {
        return Objects.requireNonNull(byEvse.get(EvseId.key(p.evseId())));
    }

    private List<Group> groups(Network network, ChainAssets chain, int reported) {
        var due = new ArrayList<Group>();
        for (Group g : groups) {
            var there = chain.groups().get(g.id());
            if (there == null || there.operator() != chain.operator()) {
                g.row().problem("group_id is " + g.id() + ", which is no group of yours; 'assets list' shows them");
                continue;
            }
            var live = network.client().call(network.charging().groupLiveOf(big(g.id())));
            if (live.reportedTimestep.longValueExact() >= reported) {
                continue;
            }
            var inverterW = network.client().call(network.assets().inverterWOf(big(g.id())));
            var firm = inverterW.divide(big(network.parameters().stepsPerHour()));
            if (big(g.firmPvWh()).compareTo(firm) > 0) {
                g.row()
                        .problem("firm_pv_wh is " + g.firmPvWh() + "; the inverters of group " + g.id()
                                + " give at most " + firm + " in a timestep");
            }
            due.add(g);
        }
        return due;
    }

    private static void send(BatchSender sender, int reported, List<Entry> entries, List<Group> due) {
        var charging = sender.network().charging();
        String to = charging.getContractAddress();
        try (var progress = new Progress("reports", entries.size() + due.size())) {
            for (int from = 0; from < entries.size(); from += BATCH) {
                var some = entries.subList(from, Math.min(entries.size(), from + BATCH));
                sender.send(
                        "reporting " + some.size() + " charge points",
                        to,
                        charging.reportMeters(
                                big(reported),
                                Bytes.concatenate(
                                                some.stream().map(Entry::bytes).toList())
                                        .toArray()));
                progress.add(some.size());
            }
            for (Group g : due) {
                sender.send(
                        "reporting group " + g.id(),
                        to,
                        charging.reportGroup(
                                big(g.id()), big(reported), big(g.loadWh()), big(g.pvWh()), big(g.firmPvWh())));
                progress.add(1);
            }
            sender.confirm();
        }
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
