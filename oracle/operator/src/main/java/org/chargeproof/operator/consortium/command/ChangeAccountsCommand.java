package org.chargeproof.operator.consortium.command;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.KeyFile;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.ledger.TypedData;
import org.chargeproof.operator.consortium.member.AccountInput;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Keys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof consortium change-accounts}. */
@Command(
        name = "change-accounts",
        header = "Replaces your oracle and meter accounts.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Needs nobody's vote. The old accounts count no more from that block on: start the oracle again with"
                        + " its new key.")
final class ChangeAccountsCommand extends OwnerCommand {
    @Option(names = "--oracle", paramLabel = "ADDRESS", description = "New oracle account. Default: the present one.")
    private @Nullable String oracle;

    @Option(names = "--meter", paramLabel = "ADDRESS", description = "New meter account. Default: the present one.")
    private @Nullable String meter;

    @Option(
            names = "--oracle-key",
            paramLabel = "FILE",
            description =
                    "Key of the new oracle account, which signs that it is yours. With --signer, its address is enough.")
    private @Nullable Path oracleKey;

    @Option(names = "--meter-key", paramLabel = "FILE", description = "The same for the new meter account.")
    private @Nullable Path meterKey;

    @Option(
            names = "--oracle-password-file",
            paramLabel = "FILE",
            description = "First line: the password of the new oracle's keystore.")
    private @Nullable Path oraclePassword;

    @Option(names = "--meter-password-file", paramLabel = "FILE", description = "The same for the new meter's.")
    private @Nullable Path meterPassword;

    @Option(
            names = "--oracle-proof",
            paramLabel = "HEX",
            description = "Instead of its key: the new oracle account's signature of HotAccounts (EIP-712).")
    private @Nullable String oracleProof;

    @Option(names = "--meter-proof", paramLabel = "HEX", description = "The same of the new meter account.")
    private @Nullable String meterProof;

    @Override
    protected void check() {
        check("oracle", oracle, oracleKey, oracleProof);
        check("meter", meter, meterKey, meterProof);
        if (oracle == null && meter == null && oracleKey == null && meterKey == null) {
            throw new BadInputException(
                    "which accounts? Name a new one with --oracle or --oracle-key, with --meter or --meter-key, or both.");
        }
    }

    private static void check(String role, @Nullable String address, @Nullable Path key, @Nullable String proof) {
        if (key != null && (address != null || proof != null)) {
            throw new BadInputException("--" + role + "-key names the new account and signs for it; leave out --" + role
                    + " and --" + role + "-proof.");
        }
        if (proof != null) {
            AccountInput.proof("--" + role + "-proof", proof);
            if (address == null) {
                throw new BadInputException(
                        "--" + role + "-proof is whose? Name the new account with --" + role + " ADDRESS.");
            }
        }
        if (address != null) {
            AccountInput.address("--" + role, address);
        }
    }

    @Override
    protected void run(Owner owner, PrintWriter out) {
        var network = owner.network();
        int operator = owner.operator();
        var present = network.client().call(network.consortium().accountsOf(BigInteger.valueOf(operator)));
        var oracleKeys = oracleKey == null ? null : TransactionSigner.of(KeyFile.read(oracleKey, oraclePassword));
        var meterKeys = meterKey == null ? null : TransactionSigner.of(KeyFile.read(meterKey, meterPassword));
        String newOracle = address(oracle, oracleKeys, present.oracle);
        String newMeter = address(meter, meterKeys, present.meter);
        var hot = TypedData.hotAccounts(network.client().chainId(), network.address(), operator, newOracle, newMeter);
        boolean known = newOracle.equalsIgnoreCase(present.oracle) || newOracle.equalsIgnoreCase(present.meter);
        Bytes byOracle = known ? Bytes.EMPTY : proof("--oracle", newOracle, oracleKeys, oracleProof, hot);
        known = newMeter.equalsIgnoreCase(present.oracle) || newMeter.equalsIgnoreCase(present.meter);
        Bytes byMeter = known ? Bytes.EMPTY : proof("--meter", newMeter, meterKeys, meterProof, hot);
        owner.send(
                "the new accounts of operator " + operator,
                network.address(),
                network.consortium().changeAccounts(newOracle, newMeter, byOracle.toArray(), byMeter.toArray()));
        out.println("operator " + operator + " has oracle " + Keys.toChecksumAddress(newOracle) + " and meter "
                + Keys.toChecksumAddress(newMeter));
    }

    private static String address(@Nullable String named, @Nullable TransactionSigner key, String present) {
        if (key != null) {
            return key.address();
        }
        return named == null ? present : named.toLowerCase(Locale.ROOT);
    }

    private Bytes proof(
            String option, String account, @Nullable TransactionSigner key, @Nullable String proof, TypedData hot) {
        if (key != null) {
            return key.sign(hot);
        }
        if (proof == null) {
            return signer().other(option, account).sign(hot);
        }
        Bytes signature = Bytes.fromHexString(proof);
        if (!hot.isSignedBy(account, signature)) {
            throw new BadInputException(option + "-proof is no signature of " + account
                    + ". It signs this, as eth_signTypedData does: " + hot.json());
        }
        return signature;
    }
}
