package org.chargeproof.operator.assets;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.NetworkOptions;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.console.output.Printable;
import org.chargeproof.console.output.TextTable;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.SignerOptions;
import org.chargeproof.operator.assets.table.Ocpi;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof assets list}. */
@Command(
        name = "list",
        header = "Shows an operator's groups and charge points, with status and setpoints of now.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Example:", "  chargeproof assets list --operator 5 --rpc http://127.0.0.1:8545 --contract 0x..."
        })
final class ListCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_OPERATORS = 60;
    private static final String[] SOURCES = {"NONE", "PLAN", "FALLBACK"};

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Option(names = "--operator", paramLabel = "ID", description = "Whose; without it, those of your own account.")
    private @Nullable Integer operator;

    @Mixin
    private SignerOptions signer = new SignerOptions();

    @Option(names = "--json", description = "For machines.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** A charge point with what is known of it now. */
    private record Now(
            ChainAssets.Point point,
            int status,
            long registerWh,
            long session,
            long reportedTimestep,
            long setpointW,
            String source) {}

    @Override
    public Integer call() throws IOException {
        if (operator == null && !signer.isGiven()) {
            throw new BadInputException(
                    "whose assets? Name an operator with --operator ID ('consortium members' lists them),"
                            + " or your own account with --key or --signer.");
        }
        if (operator != null) {
            OptionChecks.requireRange("--operator", operator, 1, MOST_OPERATORS);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (var client = LedgerClient.connect(options.rpcUrl(), options.rpcToken())) {
            var network = Network.discover(client, options.contract());
            int whose = operator == null ? own(network) : operator;
            var assets = ChainAssets.read(network, whose);
            List<Now> points =
                    Calls.each("setpoints", List.copyOf(assets.points().values()), p -> now(network, p));
            if (json) {
                out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json(network, assets, points)));
            } else {
                print(network, assets, points, out);
            }
            out.flush();
        }
        return 0;
    }

    private int own(Network network) {
        String address = signer.signer().address();
        int id = network.client()
                .call(network.consortium().roleOf(address))
                .component1()
                .intValueExact();
        if (id == 0) {
            throw new LedgerException(address + " is no member's account. 'consortium members' tells which these are.");
        }
        return id;
    }

    private static Now now(Network network, ChainAssets.Point p) {
        var id = BigInteger.valueOf(p.id());
        var live = network.client().call(network.charging().liveOf(id));
        var setpoint = network.client().call(network.plans().setpointOf(id));
        int source = setpoint.component2().intValueExact();
        return new Now(
                p,
                live.status.intValueExact(),
                live.registerWh.longValueExact(),
                live.session.longValueExact(),
                live.reportedTimestep.longValueExact(),
                setpoint.component1().longValueExact(),
                source >= 0 && source < SOURCES.length ? SOURCES[source] : String.valueOf(source));
    }

    private static void print(Network network, ChainAssets assets, List<Now> points, PrintWriter out) {
        out.println("operator " + assets.operator() + ": " + assets.ownGroups().size() + " groups, " + points.size()
                + " charge points");
        if (!assets.ownGroups().isEmpty()) {
            out.println();
            var table = new TextTable(
                    "group", "capacity W", "limit W", "other at most W", "policy", "charge points", "rated W", "PV");
            for (var g : assets.ownGroups()) {
                table.row(
                        String.valueOf(g.id()),
                        String.valueOf(g.capacityW()),
                        String.valueOf(g.limitW()),
                        String.valueOf(g.otherEquipmentMaxW()),
                        g.policy().text(),
                        String.valueOf(g.points()),
                        String.valueOf(g.ratedPowerW()),
                        String.valueOf(g.pvs()));
            }
            table.print(out);
        }
        if (!points.isEmpty()) {
            out.println();
            var table = new TextTable(
                    "charge point",
                    "EVSE",
                    "group",
                    "rated W",
                    "price",
                    "VAT %",
                    "announced price",
                    "status",
                    "session",
                    "register Wh",
                    "setpoint W",
                    "from");
            for (Now n : points) {
                table.row(
                        String.valueOf(n.point().id()),
                        Printable.of(n.point().evseId()),
                        String.valueOf(n.point().group()),
                        String.valueOf(n.point().ratedPowerW()),
                        n.point().price().price().perKwh().toPlainString(),
                        n.point().price().price().vatPercent().toPlainString(),
                        announced(network, n.point().price()),
                        Ocpi.status(n.status()),
                        n.session() == 0 ? "-" : String.valueOf(n.session()),
                        String.valueOf(n.registerWh()),
                        String.valueOf(n.setpointW()),
                        n.source());
            }
            table.print(out);
        }
    }

    private static ObjectNode json(Network network, ChainAssets assets, List<Now> points) {
        var root = JSON.createObjectNode()
                .put("contract", network.address())
                .put("operator", assets.operator())
                .put(
                        "timestep",
                        network.parameters().timestepAt(network.client().head().timestampSeconds()));
        var groups = root.putArray("groups");
        for (var g : assets.ownGroups()) {
            groups.addObject()
                    .put("group", g.id())
                    .put("capacityW", g.capacityW())
                    .put("limitW", g.limitW())
                    .put("otherEquipmentMaxW", g.otherEquipmentMaxW())
                    .put("policy", g.policy().text())
                    .put("chargePoints", g.points())
                    .put("ratedPowerW", g.ratedPowerW())
                    .put("pvs", g.pvs());
        }
        var all = root.putArray("chargePoints");
        for (Now n : points) {
            var p = n.point();
            var node = all.addObject()
                    .put("chargePoint", p.id())
                    .put("evseId", p.evseId())
                    .put("group", p.group())
                    .put("ratedPowerW", p.ratedPowerW())
                    .put("minPowerW", p.minPowerW())
                    .put("latitude", BigDecimal.valueOf(p.latitudeE7(), 7))
                    .put("longitude", BigDecimal.valueOf(p.longitudeE7(), 7))
                    .put("pricePerKwh", p.price().price().perKwh())
                    .put("vatPercent", p.price().price().vatPercent())
                    .put("status", Ocpi.status(n.status()))
                    .put("session", n.session())
                    .put("registerWh", n.registerWh())
                    .put("reportedTimestep", n.reportedTimestep())
                    .put("setpointW", n.setpointW())
                    .put("source", n.source());
            var next = p.price().next();
            if (next == null) {
                node.putNull("nextPrice");
            } else {
                node.putObject("nextPrice")
                        .put("pricePerKwh", next.price().perKwh())
                        .put("vatPercent", next.price().vatPercent())
                        .put("fromTimestep", next.fromTimestep())
                        .put("fromSeconds", network.parameters().startOf(next.fromTimestep()));
            }
        }
        return root;
    }

    private static String announced(Network network, Price.Now price) {
        return price.next() == null ? "-" : price.next().text(network);
    }
}
