package org.chargeproof.operator.assets;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.console.output.Printable;
import org.chargeproof.console.output.Progress;
import org.chargeproof.contracts.AssetRegistry;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.assets.AssetFile.PointRow;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chargeproof assets import}. */
@Command(
        name = "import",
        header = "Writes groups and charge points from a file on chain.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compares the file with what is on chain, and sends what is missing or different, with your owner's account. The"
                    + " whole file is checked before anything is sent. A second run sends nothing, and one that follows an"
                    + " interrupted run sends the rest.",
            "Rows are of type group, charge_point or guest; the columns are in docs/reference/assets.md."
        },
        footer = {
            "",
            "Example:",
            "  chargeproof assets import assets.csv --dry-run --rpc http://127.0.0.1:8545 --contract 0x... \\",
            "    --key owner.json --password-file owner.password"
        })
final class ImportCommand extends AccountCommand {
    /** As many as fit into a transaction with the longest EVSE ids. */
    private static final int MOST_BATCH = 200;

    @Parameters(paramLabel = "FILE", description = "CSV or JSON; - for standard input.")
    private String name = "";

    @Option(names = "--dry-run", description = "Shows what would be sent, and sends nothing.")
    private boolean dryRun;

    @Option(
            names = "--remove-missing",
            description = "Also removes your groups and charge points that are not in the file.")
    private boolean removeMissing;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "200",
            description = "Charge points registered in one transaction, 1 to 200 (default: ${DEFAULT-VALUE}).")
    private int batch = MOST_BATCH;

    private @Nullable AssetFile file;

    @Override
    void check() {
        OptionChecks.requireRange("--batch", batch, 1, MOST_BATCH);
        file = AssetFile.read(name);
    }

    @Override
    int run(BatchSender sender, PrintWriter out) {
        int operator = sender.operator(Role.OWNER);
        sender.settle();
        var chain = ChainAssets.read(sender.network(), operator);
        var plan = ImportPlan.of(sender.network(), Objects.requireNonNull(file), chain, removeMissing);
        show(sender.network(), plan, out);
        if (!dryRun && !plan.isEmpty()) {
            send(plan, sender, out);
        }
        for (String note : plan.notes()) {
            out.println(note);
        }
        if (dryRun) {
            out.println("nothing was sent (--dry-run)");
        } else {
            plan.groupIds()
                    .forEach((group, id) ->
                            out.println("group '" + Printable.of(group) + "' is group " + id + " on chain"));
            out.println(
                    sender.sent() == 0
                            ? "nothing to do: the chain says what the file says"
                            : "done: " + sender.sent() + " transactions are in blocks");
        }
        return plan.notes().isEmpty() ? 0 : 1;
    }

    private static void show(Network network, ImportPlan plan, PrintWriter out) {
        for (var p : plan.removedPoints()) {
            out.println("remove charge point " + p.id() + " " + p.evseId());
        }
        for (var g : plan.removedGroups()) {
            out.println("remove group " + g.id());
        }
        for (var g : plan.newGroups()) {
            out.println("create group '" + Printable.of(g.name()) + "': capacity " + g.capacityW() + " W, policy "
                    + g.policy().text());
        }
        for (var c : plan.groupChanges()) {
            out.println("change group '" + Printable.of(c.group()) + "': " + c.what());
        }
        for (var p : plan.newPoints()) {
            out.println("create charge point " + p.evseId() + " in group '" + Printable.of(p.group()) + "': "
                    + p.ratedPowerW() + " W, price " + p.price() + " at once");
        }
        for (var c : plan.priceChanges()) {
            var next = c.point().price().next();
            out.println(
                    "change charge point " + c.point().id() + " " + c.point().evseId() + ": price " + c.price()
                            + " from " + Price.when(network, c.fromTimestep())
                            + (c.asked() ? "" : ", the first that can be") + " (until now "
                            + c.point().price().price()
                            + (next == null ? "" : "; announced was " + next.text(network)) + ")");
        }
        out.println("create " + (plan.newGroups().size() + plan.newPoints().size()) + ", change "
                + (plan.groupChanges().size() + plan.priceChanges().size()) + ", remove "
                + (plan.removedPoints().size() + plan.removedGroups().size()) + ", leave " + plan.left());
        out.flush();
    }

    /** In an order in which every step may be the last one of a run: no charge point before its group's limit. */
    private void send(ImportPlan plan, BatchSender sender, PrintWriter out) {
        AssetRegistry assets = sender.network().assets();
        String to = assets.getContractAddress();
        int steps = plan.removedPoints().size()
                + plan.removedGroups().size()
                + plan.newGroups().size()
                + plan.groupChanges().size()
                + plan.newPoints().size()
                + plan.priceChanges().size();
        try (var progress = new Progress("changes", steps)) {
            for (var p : plan.removedPoints()) {
                sender.send("removing charge point " + p.id(), to, assets.removeChargePoint(big(p.id())));
                progress.add(1);
            }
            sender.confirm();
            for (var g : plan.removedGroups()) {
                sender.send("removing group " + g.id(), to, assets.removeGroup(big(g.id())));
                progress.add(1);
            }
            for (var g : plan.newGroups()) {
                sender.send(
                        "registering group '" + Printable.of(g.name()) + "'",
                        to,
                        assets.registerGroup(
                                big(g.capacityW()),
                                big(g.otherEquipmentMaxW()),
                                big(g.policy().code()),
                                big(g.policy().percent())));
                progress.add(1);
            }
            var ids = registered(sender.confirm());
            for (int i = 0; i < plan.newGroups().size(); i++) {
                plan.groupIds().put(plan.newGroups().get(i).name(), ids.get(i));
            }
            for (var c : plan.groupChanges()) {
                sender.send(
                        "group '" + Printable.of(c.group()) + "': " + c.what(),
                        to,
                        c.call().apply(plan.idOf(c.group())));
                progress.add(1);
            }
            sender.confirm();
            var points = plan.newPoints();
            for (int from = 0; from < points.size(); from += batch) {
                var some = points.subList(from, Math.min(points.size(), from + batch));
                sender.send(
                        "registering charge points " + (from + 1) + " to " + (from + some.size()) + " of "
                                + points.size(),
                        to,
                        assets.registerChargePoints(
                                some.stream().map(p -> onChain(p, plan)).toList()));
                out.println(
                        "sent: charge points " + (from + 1) + " to " + (from + some.size()) + " of " + points.size());
                out.flush();
                progress.add(some.size());
            }
            // what was sent before may have taken its time
            int earliest = plan.priceChanges().isEmpty()
                    ? 0
                    : PriceTimes.now(sender.network()).earliest();
            for (var c : plan.priceChanges()) {
                int from = c.asked() ? c.fromTimestep() : Math.max(c.fromTimestep(), earliest);
                sender.send(
                        "the price of charge point " + c.point().id(),
                        to,
                        assets.setPrice(
                                big(c.point().id()),
                                big(c.price().perKwhE4()),
                                big(c.price().vatE4()),
                                big(from)));
                progress.add(1);
            }
            sender.confirm();
        }
    }

    /** Ids of registered groups, from the logs of these transactions. */
    private static List<Integer> registered(List<TransactionReceipt> receipts) {
        var ids = new ArrayList<Integer>();
        for (var receipt : receipts) {
            for (var event : AssetRegistry.getGroupRegisteredEvents(receipt)) {
                ids.add(event.group.intValueExact());
            }
        }
        return ids;
    }

    private static AssetRegistry.ChargePoint onChain(PointRow p, ImportPlan plan) {
        return new AssetRegistry.ChargePoint(
                p.evseId(),
                big(p.latitudeE7()),
                big(p.longitudeE7()),
                big(p.ratedPowerW()),
                big(p.minPowerW()),
                big(plan.idOf(p.group())),
                big(p.price().perKwhE4()),
                big(p.price().vatE4()),
                big(p.connector()),
                BigInteger.ZERO,
                false);
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
