package org.chargeproof.operator.meter;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.console.input.RpcToken;
import org.chargeproof.console.output.Printable;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.meter.MeterPublicKey;
import org.chargeproof.meter.OcmfRecord;
import org.chargeproof.meter.SignedSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof meter verify}. */
@Command(
        name = "verify",
        header = "Checks the signed records of a session, and says what it took.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Reads the records of one session (OCMF, one a line, plain or in base64; or the XML of the transparency software) and holds them"
                    + " against the meter's public key: the one that you give, or the one that the charge point has on chain. A key"
                    + " that comes with the records proves nothing and is left aside.",
            "With --session, they must also be the records whose hash the operator put on chain for it, which its bill names.",
            "Exit code: 0 the session can be billed by its records, 1 it cannot, 2 the file cannot be used."
        },
        footer = {
            "",
            "Examples:",
            "  chargeproof meter verify session.xml --key 3059...",
            "  chargeproof meter verify session.xml --charge-point 17 --rpc http://127.0.0.1:8545 --contract 0x...",
            "  chargeproof meter verify session.xml --session 1042 --rpc http://127.0.0.1:8545 --contract 0x..."
        })
final class VerifyRecordsCommand implements Callable<Integer> {
    private static final int GOOD = 0;
    private static final int NOT_GOOD = 1;
    private static final int WH_DIGITS = 3;
    private static final int MOST_REASONS = 50;
    private static final long MOST_ID = 0xffff_ffffL;

    @Parameters(paramLabel = "FILE", description = "The records of one session.")
    private Path file = Path.of("");

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The meter's public key (X.509: hexadecimal digits, base64 or PEM), or a file that holds it.")
    private @Nullable String key;

    @Option(
            names = "--charge-point",
            paramLabel = "N",
            description = "Instead: the key that this charge point has on chain, by its number there.")
    private @Nullable Long chargePoint;

    @Option(
            names = "--session",
            paramLabel = "N",
            description =
                    "Instead: the key of the charge point where this session charged, and the hash of its records on chain.")
    private @Nullable Long sessionId;

    @Option(names = "--rpc", paramLabel = "URL", description = "With --charge-point and --session: JSON-RPC of a node.")
    private @Nullable String rpcUrl;

    @Option(
            names = "--rpc-token-file",
            paramLabel = "FILE",
            description = "Token for the node's JSON-RPC, if it wants one.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--contract",
            paramLabel = "ADDRESS",
            description = "With --charge-point and --session: the network's Consortium.")
    private @Nullable String contract;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (Stream.of(key, chargePoint, sessionId).filter(Objects::nonNull).count() != 1) {
            throw new BadInputException(
                    "whose key? Give the meter's with --key, or --charge-point or --session, --rpc and --contract to have it from the chain.");
        }
        var records = MeterFiles.records(file);
        var out = spec.commandLine().getOut();
        var against = key == null ? onChain() : new Against(MeterFiles.publicKey(key), "the key that you gave", null);
        var session = MeterFiles.orRefuse("", () -> SignedSession.check(records, against.key()));
        out.println(what(records));
        out.println("held against " + against.source() + ": " + against.key());
        int told = tell(session, out);
        return told == GOOD && against.recorded() != null ? tell(session, against.recorded(), out) : told;
    }

    /**
     * What records are held against.
     *
     * @param recorded of the session that was named; null when none was
     */
    private record Against(
            MeterPublicKey key, String source, @Nullable RecordedSession recorded) {}

    private Against onChain() {
        if (chargePoint != null) {
            OptionChecks.requireRange("--charge-point", chargePoint, 0, MOST_ID);
        }
        if (sessionId != null) {
            OptionChecks.requireRange("--session", sessionId, 1, MOST_ID);
        }
        if (rpcUrl == null || contract == null) {
            throw new BadInputException((chargePoint == null ? "--session" : "--charge-point")
                    + " needs a node: give --rpc and --contract, too.");
        }
        String token = tokenFile == null ? null : RpcToken.read(tokenFile);
        try (var client = LedgerClient.connect(rpcUrl, token)) {
            var network = Network.discover(client, contract);
            var recorded = sessionId == null ? null : RecordedSession.find(network, sessionId);
            long point = recorded == null ? Objects.requireNonNull(chargePoint) : recorded.chargePoint();
            return new Against(
                    ChainKeys.require(network, point),
                    "the key that charge point " + point + " has on chain",
                    recorded);
        }
    }

    /** Whether the records are those that the chain has the hash of. */
    private int tell(SignedSession session, RecordedSession recorded, PrintWriter out) {
        var hash = recorded.recordsHash();
        if (hash == null) {
            out.println("NOT RECORDED: the chain has no hash of session " + sessionId
                    + ". Its operator records it by 'meter record' after its end.");
            return NOT_GOOD;
        }
        if (!Bytes.wrap(session.recordsHash()).equals(hash)) {
            out.println("OTHER RECORDS: the chain has " + hash.toHexString() + " for session " + sessionId
                    + ". These are another session's, or not all of its.");
            return NOT_GOOD;
        }
        out.println("RECORDED: the chain has the same hash for session " + sessionId + ".");
        return GOOD;
    }

    private static String what(List<OcmfRecord> records) {
        var first = records.getFirst().payload();
        var last = records.getLast().payload();
        String pages = records.size() == 1 ? "page " + first.page() : "pages " + first.page() + " to " + last.page();
        return (records.size() == 1 ? "1 record" : records.size() + " records") + " of meter "
                + shown(first.meterSerial()) + " at " + shown(first.chargePointId()) + ", " + pages;
    }

    private static String shown(@Nullable String text) {
        return text == null || text.isEmpty() ? "(not named)" : "'" + Printable.of(text) + "'";
    }

    private static int tell(SignedSession session, PrintWriter out) {
        if (!session.isGood()) {
            out.println("NOT GOOD: the session cannot be billed by these records.");
            session.problems().stream().limit(MOST_REASONS).forEach(p -> out.println("  " + p));
            if (session.problems().size() > MOST_REASONS) {
                out.println("  and " + (session.problems().size() - MOST_REASONS) + " more.");
            }
            return NOT_GOOD;
        }
        out.println("from " + session.begin().payload().readings().getFirst().time() + " to "
                + session.end().payload().readings().getLast().time());
        out.println("register from " + kWh(session.beginRegisterWh()) + " to " + kWh(session.endRegisterWh()));
        out.println("energy " + kWh(session.energyWh()));
        out.println("hash for the chain 0x" + HexFormat.of().formatHex(session.recordsHash()));
        out.println("GOOD: the meter signed every record, none is missing, and it tells no error.");
        return GOOD;
    }

    private static String kWh(@Nullable BigDecimal wh) {
        return Objects.requireNonNull(wh).movePointLeft(WH_DIGITS).toPlainString() + " kWh";
    }
}
