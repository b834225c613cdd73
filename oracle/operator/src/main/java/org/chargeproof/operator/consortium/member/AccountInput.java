package org.chargeproof.operator.consortium.member;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.output.Printable;
import org.chargeproof.ledger.TypedData;
import org.web3j.crypto.Keys;

/** Checks what people write of accounts and names. */
public final class AccountInput {
    /** As in Consortium. */
    private static final int MOST_NAME_BYTES = 64;

    private AccountInput() {}

    /**
     * Checks an address.
     *
     * @param what names it in messages
     * @throws BadInputException when it is none, is zero, or has upper and lower case in another way than its checksum says
     */
    public static String address(String what, String text) {
        if (!text.matches("0x[0-9a-fA-F]{40}")) {
            throw new BadInputException(what + " is '" + text + "'; an address is 0x and 40 hex digits.");
        }
        if (text.matches("0x0+")) {
            throw new BadInputException(what + " is the zero address, which nobody has a key for.");
        }
        String digits = text.substring(2);
        boolean mixed =
                !digits.equals(digits.toLowerCase(Locale.ROOT)) && !digits.equals(digits.toUpperCase(Locale.ROOT));
        if (mixed && !Keys.toChecksumAddress(text).equals(text)) {
            throw new BadInputException(what + " is '" + text
                    + "', whose upper and lower case do not fit: a digit is wrong. Copy it again.");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    /**
     * Checks an operator's name.
     *
     * @throws BadInputException when it is empty, or longer than the ledger takes
     */
    public static String name(String what, String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (text.isBlank() || bytes > MOST_NAME_BYTES) {
            throw new BadInputException(
                    what + " is '" + text + "', " + bytes + " bytes; a name has from 1 to " + MOST_NAME_BYTES + ".");
        }
        text.codePoints().filter(AccountInput::forges).findFirst().ifPresent(c -> {
            throw new BadInputException(
                    what + " has the character U+" + "%04X".formatted(c)
                            + ", which moves a cursor, turns the direction of reading, or cannot be seen; the ledger takes no such name.");
        });
        return text;
    }

    /** As in Consortium. */
    private static boolean forges(int character) {
        return character < 0x20
                || (character >= 0x7f && character <= 0x9f)
                || (character >= 0x200b && character <= 0x200f)
                || (character >= 0x2028 && character <= 0x202e)
                || (character >= 0x2060 && character <= 0x2069)
                || character == 0xfeff;
    }

    /**
     * Checks a signature.
     *
     * @throws BadInputException when it is no 65 bytes in hex
     */
    public static Bytes proof(String what, String text) {
        if (!text.matches("0x[0-9a-fA-F]{" + 2 * TypedData.SIGNATURE_BYTES + "}")) {
            throw new BadInputException(what + " is '" + Printable.of(text) + "'; a signature is 0x and "
                    + 2 * TypedData.SIGNATURE_BYTES + " hex digits.");
        }
        return Bytes.fromHexString(text);
    }

    /**
     * Remembers whose an address is.
     *
     * @throws BadInputException when it is somebody's already
     */
    public static void claim(Map<String, String> owners, String address, String what) {
        String before = owners.putIfAbsent(address, what);
        if (before != null) {
            throw new BadInputException(what + " and " + before + " are both " + address
                    + "; every account has one role of one operator. Make another account.");
        }
    }
}
