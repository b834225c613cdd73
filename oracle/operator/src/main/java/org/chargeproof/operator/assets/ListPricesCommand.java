package org.chargeproof.operator.assets;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.chargeproof.console.input.NetworkOptions;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.console.output.Printable;
import org.chargeproof.console.output.TextTable;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.consortium.vote.Members;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof prices list}. */
@Command(
        name = "list",
        header = "Shows what charge points cost and providers add, now and as announced.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Euros for a kWh, without VAT. A request has the price and the margin of the timestep in which it is made.",
        footer = {"", "Example:", "  chargeproof prices list --rpc http://127.0.0.1:8545 --contract 0x..."})
final class ListPricesCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_OPERATORS = 60;
    private static final int MOST_POINTS = 20_000;

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Option(names = "--operator", paramLabel = "ID", description = "Only charge points of this one.")
    private @Nullable Integer operator;

    @Option(names = "--json", description = "For machines.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private record Point(int id, String evseId, int operator, Price.Now price) {}

    private record Margin(int id, String name, Price.Now margin) {}

    @Override
    public Integer call() throws IOException {
        if (operator != null) {
            OptionChecks.requireRange("--operator", operator, 1, MOST_OPERATORS);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (var client = LedgerClient.connect(options.rpcUrl(), options.rpcToken())) {
            var network = Network.discover(client, options.contract());
            int timestep = network.parameters().timestepAt(client.head().timestampSeconds());
            var points = points(network, timestep);
            var margins = margins(network, timestep);
            if (json) {
                out.println(JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsString(json(network, timestep, points, margins)));
            } else {
                print(network, points, margins, out);
            }
            out.flush();
        }
        return 0;
    }

    private List<Point> points(Network network, int timestep) {
        int count = network.client().call(network.assets().chargePointCount()).intValueExact();
        if (count < 0 || count > MOST_POINTS) {
            throw new LedgerException(network.client().url() + " says that there are " + count
                    + " charge points; a network has at most " + MOST_POINTS + ". Ask another node.");
        }
        var ids = IntStream.range(0, count).boxed().toList();
        return Calls.each("prices", ids, id -> point(network, id, timestep)).stream()
                .flatMap(List::stream)
                .toList();
    }

    /** None for one that was removed, or is another operator's. */
    private List<Point> point(Network network, int id, int timestep) {
        var p = network.client().call(network.assets().chargePointOf(BigInteger.valueOf(id)));
        int owner = p.operator.intValueExact();
        return p.removed || (operator != null && operator != owner)
                ? List.of()
                : List.of(new Point(id, p.evseId, owner, ChainAssets.price(network, id, timestep)));
    }

    private static List<Margin> margins(Network network, int timestep) {
        var margins = new ArrayList<Margin>();
        Members.all(network).forEach(m -> margins.add(margin(network, m.operator(), m.name(), timestep)));
        Members.providers(network).forEach(p -> margins.add(margin(network, p.provider(), p.name(), timestep)));
        return margins;
    }

    private static Margin margin(Network network, int id, String name, int timestep) {
        var t = network.client().call(network.assets().marginOf(BigInteger.valueOf(id)));
        return new Margin(
                id, name, Price.of(timestep, t.perKWhE4, t.vatE4, t.nextPerKWhE4, t.nextVatE4, t.nextFromTimestep));
    }

    private static void print(Network network, List<Point> points, List<Margin> margins, PrintWriter out) {
        var table = new TextTable("charge point", "EVSE", "operator", "price", "VAT %", "announced");
        for (Point p : points) {
            table.row(
                    String.valueOf(p.id()),
                    Printable.of(p.evseId()),
                    String.valueOf(p.operator()),
                    p.price().price().perKwh().toPlainString(),
                    p.price().price().vatPercent().toPlainString(),
                    p.price().next() == null ? "-" : p.price().next().text(network));
        }
        table.print(out);
        out.println();
        var added = new TextTable("provider", "name", "margin", "announced");
        for (Margin m : margins) {
            var next = m.margin().next();
            added.row(
                    String.valueOf(m.id()),
                    Printable.of(m.name()),
                    m.margin().price().perKwh().toPlainString(),
                    next == null
                            ? "-"
                            : next.price().perKwh().toPlainString() + " from "
                                    + Price.when(network, next.fromTimestep()));
        }
        added.print(out);
    }

    private static ObjectNode json(Network network, int timestep, List<Point> points, List<Margin> margins) {
        var root = JSON.createObjectNode().put("contract", network.address()).put("timestep", timestep);
        var all = root.putArray("chargePoints");
        for (Point p : points) {
            var node = all.addObject()
                    .put("chargePoint", p.id())
                    .put("evseId", p.evseId())
                    .put("operator", p.operator())
                    .put("pricePerKwh", p.price().price().perKwh())
                    .put("vatPercent", p.price().price().vatPercent());
            next(network, p.price().next(), node, "nextPrice", "pricePerKwh")
                    .ifPresent(n -> n.put("vatPercent", p.price().last().vatPercent()));
        }
        var added = root.putArray("margins");
        for (Margin m : margins) {
            var node = added.addObject()
                    .put("provider", m.id())
                    .put("name", m.name())
                    .put("marginPerKwh", m.margin().price().perKwh());
            next(network, m.margin().next(), node, "nextMargin", "marginPerKwh");
        }
        return root;
    }

    private static java.util.Optional<ObjectNode> next(
            Network network, Price.@Nullable Announced next, ObjectNode node, String field, String amount) {
        if (next == null) {
            node.putNull(field);
            return java.util.Optional.empty();
        }
        return java.util.Optional.of(node.putObject(field)
                .put(amount, next.price().perKwh())
                .put("fromTimestep", next.fromTimestep())
                .put("fromSeconds", network.parameters().startOf(next.fromTimestep())));
    }
}
