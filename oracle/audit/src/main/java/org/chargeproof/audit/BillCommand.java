package org.chargeproof.audit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.NetworkOptions;
import org.chargeproof.ledger.AlgorithmStore;
import org.chargeproof.ledger.BillJson;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.protocol.bill.IssuedBill;
import org.chargeproof.protocol.encoding.MerkleTree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof bill}: what a session costs, computed again from the chain alone. */
@Command(
        name = "bill",
        header = "Computes the bill of one session again.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Computes a session's bill again from the chain alone, holds it against the final settlement, and proves"
                        + " its place there. Exit code: 0 the final bill is this one, 1 it is another or there is none yet, 2 no answer.")
public final class BillCommand implements Callable<Integer> {
    private static final int RIGHT = 0;
    private static final int NOT_RIGHT = 1;

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Parameters(paramLabel = "SESSION", description = "The session's number.")
    private int session;

    @Option(
            names = "--json",
            description =
                    "Write the bill, its bytes, and its place and path in the settlement as JSON: what a claim needs.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (session < 1) {
            throw new BadInputException("SESSION is " + session + "; sessions count from 1.");
        }
        try (var client = LedgerClient.connect(options.rpcUrl(), options.rpcToken())) {
            var network = Network.discover(client, options.contract());
            return Auditor.inFolderOfItsOwn(folder -> run(network, folder));
        }
    }

    private int run(Network network, Path folder) {
        var market = network.requireMarket();
        var store = new AlgorithmStore(network.client(), market.valuations(), folder);
        var started = new ArrayList<ProcessAlgorithm>();
        var blocks = new CheckedBlockSource(
                NodeBlockSource.ofOneChain(network), network.identity().addresses(), () -> {});
        try {
            var finder = new BillFinder(AuditedNetwork.of(network), blocks, id -> Auditor.started(id, store, started));
            var found = finder.find(session);
            blocks.checkHead();
            var identity = network.identity();
            blocks.checkBeginning(identity.contract(), identity.linked(), identity.market());
            if (found.isEmpty()) {
                spec.commandLine().getErr().println(finder.whyNot(session) + ".");
                return NOT_RIGHT;
            }
            return tell(found.get());
        } finally {
            started.forEach(ProcessAlgorithm::close);
        }
    }

    private int tell(BillFinder.Found found) {
        var settlement = found.settlement();
        var bill = settlement.bills().get(found.index());
        var issued = IssuedBill.of(bill);
        var post = Objects.requireNonNull(found.record().finalPost());
        var difference = settlement.differenceTo(post);
        var path = MerkleTree.proof(settlement.bills(), found.index());
        boolean proven = MerkleTree.verify(post.billsRoot(), post.bills(), found.index(), bill, path);
        var out = spec.commandLine().getOut();
        if (json) {
            var tree = BillJson.of(settlement, found.index())
                    .put("proven", proven)
                    .put("postedRoot", post.billsRoot().toHexString());
            out.println(tree.toPrettyString());
        } else {
            out.println("session " + session);
            out.println(issued.words());
            out.println("registers " + issued.beginRegisterWh() + " to " + issued.endRegisterWh() + " Wh, timesteps "
                    + issued.fromTimestep() + " to " + (issued.toTimestep() - 1));
            out.println("settlement " + settlement.timestep() + ", posted by operator " + post.operator() + ", "
                    + standing(found) + " stand for it:");
            out.println(
                    (proven
                            ? "MATCH, bill " + found.index() + " of " + post.bills() + " is proven by its path"
                            : "MISMATCH: " + difference));
        }
        out.flush();
        return proven ? RIGHT : NOT_RIGHT;
    }

    private static String standing(BillFinder.Found found) {
        var post = Objects.requireNonNull(found.record().finalPost());
        List<Integer> operators = found.record().votes().entrySet().stream()
                .filter(vote -> vote.getValue() == post.candidate())
                .map(Map.Entry::getKey)
                .toList();
        return "operators "
                + String.join(", ", operators.stream().map(String::valueOf).toList());
    }
}
