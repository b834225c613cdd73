package org.chargeproof.payment.wallet;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.chargeproof.console.input.BadInputException;
import org.web3j.crypto.MnemonicUtils;

/** The 12 English words of BIP-39 that a wallet is restored from. */
public final class Words {
    private static final int ENTROPY_BYTES = 16;
    private static final int COUNT = 12;
    private static final Set<String> LIST = new HashSet<>(MnemonicUtils.getWords());

    private Words() {}

    /** New ones. */
    public static String random() {
        var entropy = new byte[ENTROPY_BYTES];
        new SecureRandom().nextBytes(entropy);
        String words = MnemonicUtils.generateMnemonic(entropy);
        Arrays.fill(entropy, (byte) 0);
        return words;
    }

    /**
     * Reads words as people write them.
     *
     * @return the same with one space between them
     * @throws BadInputException when these are not 12 words of the list, or the last one does not go with the others; names no word but
     *     those that are not of the list
     */
    static String parse(String text) {
        List<String> words = Arrays.asList(text.strip().toLowerCase(Locale.ROOT).split("\\s+"));
        if (words.size() != COUNT) {
            throw new BadInputException("a wallet has " + COUNT + " words; these are " + words.size()
                    + ". Write all of them, in their order, in one line.");
        }
        for (int i = 0; i < COUNT; i++) {
            if (!LIST.contains(words.get(i))) {
                throw new BadInputException("word " + (i + 1) + " is '" + words.get(i)
                        + "', which is no word of BIP-39's English list. Compare it with what you wrote down.");
            }
        }
        String joined = String.join(" ", words);
        if (!MnemonicUtils.validateMnemonic(joined)) {
            throw new BadInputException(
                    "the last word does not go with the others: one of the 12 words is another one, or two"
                            + " changed places. Compare them with what you wrote down.");
        }
        return joined;
    }
}
