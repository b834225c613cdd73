package org.chargeproof.cli.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;
import org.web3j.utils.Numeric;

/** What a program needs to work with a live demonstration, in a file that only its owner may read. */
final class LiveFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_BYTES = 1 << 16;
    private static final int KEY_DIGITS = 64;

    private LiveFile() {}

    /**
     * The content.
     *
     * @param pid process of the demonstration
     * @param rpcUrl of the ledger
     * @param operator whose the three keys are
     * @param visitor null, as is {@code pages}, where nobody is expected with a browser
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Content(
            long pid,
            String rpcUrl,
            long chainId,
            Contracts contracts,
            int timestepSeconds,
            int gateSeconds,
            List<Oracle> oracles,
            int operator,
            Account owner,
            Account meter,
            Account driver,
            @Nullable Visitor visitor,
            @Nullable Pages pages) {}

    /**
     * A driver whose wallet the first operator's oracle keeps.
     *
     * @param person its id there
     * @param key of {@code /api/v1}, for what the driver may
     * @param exportCode shows the wallet's words, once
     * @param operatorKey of {@code /api/v1}, for what that oracle's operator may
     */
    record Visitor(String person, String key, String exportCode, String operatorKey) {
        /** Without the keys. */
        @Override
        public String toString() {
            return "Visitor[" + person + "]";
        }
    }

    /** Addresses for a browser; the driver's has the visitor's key in its fragment, which no browser sends. */
    record Pages(String driver, String cockpit, String ledger) {}

    /** Addresses. */
    record Contracts(
            String consortium,
            String assets,
            String charging,
            String plans,
            String algorithms,
            String euro,
            String flexibility,
            String settlement,
            String channels,
            String meters,
            String valuations) {}

    /**
     * An operator's oracle.
     *
     * @param url of health, metrics and status
     * @param rpcUrl for {@code charge_...}
     */
    record Oracle(int operator, String name, String url, String rpcUrl) {}

    /** An account with its key. */
    record Account(String address, String privateKey) {
        static Account of(Credentials credentials) {
            return new Account(
                    org.web3j.crypto.Keys.toChecksumAddress(credentials.getAddress()),
                    Numeric.toHexStringWithPrefixZeroPadded(
                            credentials.getEcKeyPair().getPrivateKey(), KEY_DIGITS));
        }
    }

    /**
     * Makes sure that a file can be written, and removes one whose demonstration is no more.
     *
     * @throws BadInputException when it belongs to another one that runs, or to something else
     */
    static void requireFree(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new BadInputException(
                    "--network-file " + file + " cannot be written. Its folder must exist and be writable.");
        }
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        long pid = pidIn(file);
        if (pid == 0) {
            throw new BadInputException(
                    "--network-file " + file + " is there, and is no file of a live demonstration. Give another one.");
        }
        // in a container a later one may have the same number
        if (pid != ProcessHandle.current().pid() && ProcessHandle.of(pid).isPresent()) {
            throw new BadInputException("--network-file " + file + " belongs to process " + pid
                    + ", which runs. End that one, or give another file.");
        }
        Files.delete(file);
    }

    /** The process that wrote a file; 0 for a file of others. */
    private static long pidIn(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MOST_BYTES) {
            return 0;
        }
        try {
            return JSON.readValue(Files.readAllBytes(file), Content.class).pid();
        } catch (IOException e) {
            return 0;
        }
    }

    static void write(Path file, Content content) throws IOException {
        SecretFile.write(
                file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content) + System.lineSeparator());
    }
}
