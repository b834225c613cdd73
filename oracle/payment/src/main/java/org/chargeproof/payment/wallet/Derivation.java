package org.chargeproof.payment.wallet;

import org.chargeproof.console.input.BadInputException;
import org.web3j.crypto.Bip32ECKeyPair;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.MnemonicUtils;

/**
 * The accounts of 12 words (BIP-32, BIP-44, coin 60):
 *
 * <ul>
 *   <li>m/44'/60'/0'/0/0: the payer, whose money it is; the account that other wallets show for the same words;
 *   <li>m/44'/60'/0'/1'/0': the key that signs vouchers;
 *   <li>m/44'/60'/0'/0'/i': the account of session i. Hardened, so that no key of a session leads to another one's, whatever else leaks.
 * </ul>
 */
public final class Derivation {
    /** Sessions are numbered below it. */
    static final int MOST_SESSIONS = 1_000_000;

    private static final int HARDENED = Bip32ECKeyPair.HARDENED_BIT;
    private static final int PURPOSE = 44 | HARDENED;
    private static final int COIN = 60 | HARDENED;

    private final Bip32ECKeyPair account;
    private final Bip32ECKeyPair sessions;

    private Derivation(Bip32ECKeyPair master) {
        this.account = derive(master, PURPOSE, COIN, HARDENED);
        this.sessions = derive(account, HARDENED);
    }

    /** Of words without a passphrase. */
    public static Derivation of(String words) {
        return new Derivation(Bip32ECKeyPair.generateKeyPair(MnemonicUtils.generateSeed(words, "")));
    }

    /** The account with the money, which other wallets show first. */
    public Credentials payer() {
        return Credentials.create(derive(account, 0, 0));
    }

    Credentials voucherKey() {
        return Credentials.create(derive(account, 1 | HARDENED, HARDENED));
    }

    /**
     * The account of a session.
     *
     * @throws BadInputException when there is no session of that number
     */
    public Credentials session(int number) {
        if (number < 0 || number >= MOST_SESSIONS) {
            throw new BadInputException("account " + number + " of a wallet; they are numbered from 0 to "
                    + (MOST_SESSIONS - 1) + ". When all are used, make another wallet.");
        }
        return Credentials.create(derive(sessions, number | HARDENED));
    }

    static Bip32ECKeyPair derive(Bip32ECKeyPair from, int... path) {
        return Bip32ECKeyPair.deriveKeyPair(from, path);
    }
}
