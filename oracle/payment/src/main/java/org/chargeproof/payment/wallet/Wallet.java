package org.chargeproof.payment.wallet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;
import org.chargeproof.payment.journal.Journal;
import org.chargeproof.payment.signature.VoucherKey;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;

/**
 * A driver's wallet in a folder of its own: an account with money, a key that signs vouchers, and a fresh account for each session. All of
 * them come from 12 words, which are encrypted in {@code wallet.json}. No account is given twice: which is the next one is on disk before
 * it is given, and one process at a time has the folder. Safe for use by many threads.
 */
public final class Wallet implements AutoCloseable {
    /** So many accounts without a sign of use in a row, and no later one is looked for. */
    public static final int GAP = 100;

    private static final String FILE = "wallet.json";
    private static final int COMPACTION_BYTES = 1 << 16;

    private final String words;
    private final Derivation derivation;
    private final Journal counter;
    private int nextSession;

    /**
     * An account for one session.
     *
     * @param number in the wallet, from 0 on
     * @param credentials its key
     */
    public record SessionAccount(int number, Credentials credentials) {
        /** The account alone: what is printed by mistake holds no key. */
        @Override
        public String toString() {
            return "SessionAccount[" + number + ", " + credentials.getAddress() + "]";
        }
    }

    private Wallet(Path folder, String words) {
        this.words = words;
        this.derivation = Derivation.of(words);
        byte[] identity = Hash.sha3(("wallet " + derivation.payer().getAddress()).getBytes(StandardCharsets.US_ASCII));
        try {
            this.counter = Journal.open(folder, identity, "the accounts of a wallet", record -> {
                if (record.length != Integer.BYTES) {
                    throw new BadInputException("a number of " + record.length + " bytes");
                }
                nextSession = Math.max(nextSession, ByteBuffer.wrap(record).getInt());
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the wallet " + folder + ": " + e.getMessage(), e);
        }
    }

    /**
     * Makes one, with new words.
     *
     * @param folder that does not exist, or is empty
     * @throws BadInputException when there is a wallet in it already
     */
    public static Wallet create(Path folder, String password) {
        return write(folder, Words.random(), password, EncryptedWords.STANDARD_N);
    }

    /**
     * Makes one from the words of a wallet that was lost. Let it find the accounts that were used, before it gives any.
     *
     * @param folder that does not exist, or is empty
     * @param words 12, in their order
     * @throws BadInputException when these are no words of a wallet, or there is a wallet in the folder already
     */
    public static Wallet restore(Path folder, String words, String password) {
        return write(folder, Words.parse(words), password, EncryptedWords.STANDARD_N);
    }

    /**
     * Opens one.
     *
     * @throws BadInputException when there is none, the password is another one's, or another process has it open
     */
    public static Wallet open(Path folder, String password) {
        Path file = folder.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                throw new BadInputException("there is no wallet in " + folder
                        + ". Make one with 'wallet new', or restore one from its 12 words.");
            }
            if (Files.size(file) > EncryptedWords.MOST_BYTES) {
                throw new BadInputException(
                        "the file " + file + " has " + Files.size(file) + " bytes; a wallet has at most "
                                + EncryptedWords.MOST_BYTES + ". Restore the wallet from its 12 words.");
            }
            SecretFile.warnIfOthersMayRead("the encrypted wallet", file);
            String words = EncryptedWords.parse(file.toString(), Files.readString(file))
                    .decrypt(file.toString(), password);
            return new Wallet(folder, words);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the wallet " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Makes one for a demonstration: it is a wallet like any other, but its password is thrown away and quickly computed, so that nobody should
     * keep money in it.
     *
     * @param folder that does not exist, or is empty
     */
    public static Wallet throwaway(Path folder) {
        return write(folder, Words.random(), Words.random(), EncryptedWords.LEAST_N);
    }

    static Wallet write(Path folder, String words, String password, int scryptN) {
        if (password.isEmpty()) {
            throw new BadInputException("the password is empty; it must have at least one character.");
        }
        Path file = folder.resolve(FILE);
        Path half = folder.resolve(FILE + ".new");
        try {
            if (Files.exists(file)) {
                throw new BadInputException(
                        "there is a wallet in " + folder + ". Wallets are never overwritten: name another folder.");
            }
            var wallet = new Wallet(createFolder(folder), words);
            try {
                Files.deleteIfExists(half);
                SecretFile.write(
                        half, EncryptedWords.encrypt(words, password, scryptN).toJson());
                Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
                return wallet;
            } catch (IOException | RuntimeException e) {
                wallet.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the wallet " + file + ": " + e.getMessage(), e);
        }
    }

    private static Path createFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)
                && folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return folder;
    }

    /** The 12 words. Who has them has all the money. */
    public String words() {
        return words;
    }

    /** The account with the money, which opens channels. */
    public Credentials payer() {
        return derivation.payer();
    }

    /** The key that signs vouchers: it can sign away deposits, and nothing else. */
    public VoucherKey voucherKey() {
        return VoucherKey.of(derivation.voucherKey());
    }

    /** How many accounts were given. */
    public synchronized int sessions() {
        return nextSession;
    }

    /**
     * An account that was given, or will be.
     *
     * @param number from 0 on
     * @throws BadInputException when there is no such number
     */
    public SessionAccount session(int number) {
        return new SessionAccount(number, derivation.session(number));
    }

    /** Gives an account that was never given. */
    public SessionAccount nextSession() {
        return nextSessions(1).getFirst();
    }

    /**
     * Gives accounts that were never given, such as a batch to be vouched for.
     *
     * @param count 1 to 1,000
     * @throws UncheckedIOException when it cannot be written that they are given: then none is
     */
    public synchronized List<SessionAccount> nextSessions(int count) {
        if (count < 1 || count > 1_000) {
            throw new BadInputException(count + " accounts at once; it must be from 1 to 1000. Ask again for more.");
        }
        // the last one must exist before the first is given
        derivation.session(nextSession + count - 1);
        int first = nextSession;
        skipTo(first + count);
        return IntStream.range(first, first + count).mapToObj(this::session).toList();
    }

    /**
     * Finds the accounts that were used, after a wallet was restored: no account up to the last of them is given any more.
     *
     * @param isUsed whether the ledger knows an account (0x and 40 hex digits)
     * @return how many were found
     */
    public synchronized int findUsed(Predicate<String> isUsed) {
        int found = 0;
        int last = nextSession - 1;
        for (int number = 0; number <= last + GAP && number < Derivation.MOST_SESSIONS; number++) {
            if (isUsed.test(derivation.session(number).getAddress())) {
                found++;
                last = Math.max(last, number);
            }
        }
        if (last >= nextSession) {
            skipTo(last + 1);
        }
        return found;
    }

    @Override
    public void close() {
        try {
            counter.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void skipTo(int next) {
        byte[] record = ByteBuffer.allocate(Integer.BYTES).putInt(next).array();
        try {
            if (counter.bytes() > COMPACTION_BYTES) {
                counter.compact(List.of(record));
            } else {
                counter.append(record);
                counter.commit();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        nextSession = next;
    }
}
