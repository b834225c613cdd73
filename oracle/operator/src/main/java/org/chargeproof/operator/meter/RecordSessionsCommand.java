package org.chargeproof.operator.meter;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.ledger.Network;
import org.chargeproof.meter.SignedSession;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof meter record}. */
@Command(
        name = "record",
        header = "Puts the hashes of sessions' signed records on chain.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "By your meter account, after the sessions' end. All files are checked before anything is sent, each against the key"
                    + " that the session's charge point has on chain; when one is not good, nothing is sent.",
            "Readers take the first hash of a session that comes after its end."
        },
        footer = {
            "",
            "Example:",
            "  chargeproof meter record --session 1042=1042.xml --session 1043=1043.xml \\",
            "    --rpc http://127.0.0.1:8545 --contract 0x... --key meter.json --password-file meter.password"
        })
final class RecordSessionsCommand extends OwnerCommand {
    /** The same as in Meters. */
    private static final int MOST_SESSIONS = 1_024;

    private static final long MOST_ID = 0xffff_ffffL;

    @Option(
            names = "--session",
            required = true,
            paramLabel = "N=FILE",
            description = "A session's number on chain, and the file with its records; for each session once.")
    private Map<Long, Path> files = Map.of();

    @Override
    protected void check() {
        if (files.size() > MOST_SESSIONS) {
            throw new BadInputException(files.size() + " sessions are given; at most " + MOST_SESSIONS
                    + " go into one transaction. Record the others with another command.");
        }
        files.keySet().forEach(session -> OptionChecks.requireRange("--session", session, 1, MOST_ID));
    }

    @Override
    protected void run(Owner owner, PrintWriter out) {
        var network = owner.network();
        var meters = network.requireMarket().meters();
        // ascending, as the contract wants them
        var hashes = new TreeMap<Long, Bytes>();
        files.forEach((session, file) -> hashes.put(session, hash(network, session, file)));
        owner.send(
                hashes.size() == 1 ? "the hash of a session" : "the hashes of " + hashes.size() + " sessions",
                meters.getContractAddress(),
                meters.record(Bytes.concatenate(hashes.entrySet().stream()
                                .map(e -> Bytes.concatenate(Bytes.ofUnsignedInt(e.getKey()), e.getValue()))
                                .toList())
                        .toArray()));
        hashes.forEach((session, hash) -> out.println("session " + session + ": " + hash.toHexString()));
    }

    private static Bytes hash(Network network, long number, Path file) {
        long sessions = network.client().call(network.charging().sessionCount()).longValueExact();
        if (number > sessions) {
            throw new BadInputException("--session names " + number + ", which is no session on chain: there are "
                    + sessions + ". Nothing was sent.");
        }
        var session = network.client().call(network.charging().sessionOf(BigInteger.valueOf(number)));
        var open = network.client().call(network.charging().openSession(session.chargePoint));
        if (open.longValueExact() == number) {
            throw new BadInputException("session " + number
                    + " goes on. Readers take what is recorded after its end: record it then. Nothing was sent.");
        }
        var key = ChainKeys.require(network, session.chargePoint.longValueExact());
        var records = MeterFiles.records(file);
        var checked = MeterFiles.orRefuse(MeterFiles.shown(file) + ": ", () -> SignedSession.check(records, key));
        if (!checked.isGood()) {
            throw new BadInputException(MeterFiles.shown(file) + " is not good for session " + number
                    + " at charge point " + session.chargePoint + ". "
                    + checked.problems().stream()
                            .map(Objects::toString)
                            .limit(5)
                            .collect(Collectors.joining(" "))
                    + " Nothing was sent.");
        }
        return Bytes.wrap(checked.recordsHash());
    }
}
