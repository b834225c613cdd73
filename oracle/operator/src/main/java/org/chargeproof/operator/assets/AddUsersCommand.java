package org.chargeproof.operator.assets;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.console.input.SecretFile;
import org.chargeproof.console.output.Progress;
import org.chargeproof.ledger.Network;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof users add}. */
@Command(
        name = "add",
        header = "Vouches for drivers' pseudonyms.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Registers accounts as users of the network, with your owner's or meter account. An operator vouches for at most"
                    + " 200,000; 256 go into a transaction.",
            "With --count, keys are made and written to a file that only you can read, before anything is sent; when the"
                    + " file is there already, its keys are registered, as far as they are not. With --proofs, drivers have made"
                    + " their keys themselves and signed for them."
        },
        footer = {
            "",
            "Example:",
            "  chargeproof users add --count 20 --out users.json --rpc http://127.0.0.1:8545 --contract 0x... \\",
            "    --key owner.json --password-file owner.password"
        })
final class AddUsersCommand extends AccountCommand {
    private static final int MOST_COUNT = 20_000;
    private static final int BATCH = 256;

    @Option(names = "--count", paramLabel = "N", description = "How many pseudonyms to make, 1 to 20000.")
    private int count;

    @Option(names = "--out", paramLabel = "FILE", description = "With --count: where their keys are written.")
    private @Nullable Path keys;

    @Option(
            names = "--proofs",
            paramLabel = "FILE",
            description =
                    "A list of accounts with their signatures: [{\"account\": \"0x...\", \"proof\": \"0x...\"}, ...]")
    private @Nullable Path proofs;

    @Override
    void check() {
        if ((proofs == null) == (keys == null)) {
            throw new BadInputException(
                    "which users? Either new ones, with --count N --out FILE, or those in a file of proofs, with --proofs FILE.");
        }
        if (proofs != null && count != 0) {
            throw new BadInputException("--count is for new keys; with --proofs, the file says how many.");
        }
        if (keys != null) {
            OptionChecks.requireRange("--count", count, 1, MOST_COUNT);
            OptionChecks.requireWritable(keys);
        }
    }

    @Override
    int run(BatchSender sender, PrintWriter out) {
        var network = sender.network();
        int operator = sender.operator(Role.OWNER, Role.METER, Role.PROVIDER, Role.DESK);
        sender.settle();
        Map<String, Bytes> users =
                proofs == null ? made(network, operator, out) : PseudonymFile.proofs(proofs, network, operator);
        var accounts = List.copyOf(users.keySet());
        var taken = Calls.each(
                "users",
                accounts,
                a -> network.client().call(network.assets().userOf(a)).intValueExact());
        int members = 0;
        var fresh = new ArrayList<String>();
        int foreign = 0;
        BigInteger word = network.client().call(network.consortium().members());
        for (int i = 0; i < accounts.size(); i++) {
            if (taken.get(i) == operator) {
                members++;
            } else if (taken.get(i) != 0 && isMember(word, taken.get(i))) {
                foreign++;
                out.println(accounts.get(i) + " is left: operator " + taken.get(i) + " vouches for it");
            } else {
                fresh.add(accounts.get(i));
            }
        }
        register(sender, users, fresh);
        out.println("operator " + operator + " vouches for " + (members + fresh.size()) + " of " + accounts.size()
                + " accounts: " + fresh.size() + " registered now, " + members + " before");
        return foreign == 0 ? 0 : 1;
    }

    private static void register(BatchSender sender, Map<String, Bytes> users, List<String> fresh) {
        var assets = sender.network().assets();
        try (var progress = new Progress("users", fresh.size())) {
            for (int from = 0; from < fresh.size(); from += BATCH) {
                var some = fresh.subList(from, Math.min(fresh.size(), from + BATCH));
                var signatures = some.stream()
                        .map(a -> users.getOrDefault(a, Bytes.EMPTY).toArray())
                        .toList();
                sender.send(
                        "registering users " + (from + 1) + " to " + (from + some.size()),
                        assets.getContractAddress(),
                        assets.registerUsers(some, signatures));
                progress.add(some.size());
            }
            sender.confirm();
        }
    }

    private Map<String, Bytes> made(Network network, int operator, PrintWriter out) {
        Path file = java.util.Objects.requireNonNull(keys);
        List<Credentials> all;
        if (Files.exists(file)) {
            SecretFile.requireOwnerOnly(file);
            all = PseudonymFile.keys(file, network);
            if (all.size() != count) {
                throw new BadInputException(file + " exists and holds " + all.size() + " pseudonyms, not " + count
                        + ". Name another file with --out, or --count " + all.size() + " to go on with these.");
            }
            out.println(file + " exists; going on with its " + count + " keys");
        } else {
            all = PseudonymFile.create(file, count, network);
            out.println("wrote " + count + " keys to " + file + ": keep it as you keep a key");
        }
        out.flush();
        var users = new LinkedHashMap<String, Bytes>();
        for (var key : all) {
            String account = key.getAddress().toLowerCase(Locale.ROOT);
            users.put(
                    account, PseudonymFile.pseudonym(network, operator, account).sign(key));
        }
        return users;
    }

    /** The contract's rotation: a byte for each member, and their number in the last one. */
    private static boolean isMember(BigInteger word, int operator) {
        int count = word.shiftRight(8 * 31).intValue() & 0xff;
        for (int i = 0; i < count; i++) {
            if ((word.shiftRight(8 * i).intValue() & 0xff) == operator) {
                return true;
            }
        }
        return false;
    }
}
