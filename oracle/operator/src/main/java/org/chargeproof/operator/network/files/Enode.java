package org.chargeproof.operator.network.files;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chargeproof.console.input.BadInputException;

/**
 * How other nodes reach a node, and know it.
 *
 * @param publicKey 128 hex digits in lower case
 * @param host an IPv4 address
 */
public record Enode(String publicKey, String host, int port) {
    private static final Pattern URL =
            Pattern.compile("enode://([0-9a-fA-F]{128})@([0-9.]+):(\\d{1,5})(\\?discport=0)?");
    private static final Pattern IPV4 =
            Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1?\\d?\\d)");

    /**
     * Reads {@code enode://PUBLIC_KEY@IPV4:PORT}.
     *
     * @throws BadInputException when the text is no enode with an IPv4 address
     */
    public static Enode parse(String text) {
        Matcher url = URL.matcher(text.strip());
        if (!url.matches() || !isIpv4(url.group(2))) {
            throw new BadInputException("'" + text
                    + "' is no enode. It is enode://, 128 hex digits, @, an IPv4 address, : and a port, as"
                    + " 'network join' and 'network status' print it.");
        }
        return new Enode(url.group(1).toLowerCase(Locale.ROOT), url.group(2), Integer.parseInt(url.group(3)));
    }

    /** Whether a text is an IPv4 address, which is what Besu takes for a host. */
    public static boolean isIpv4(String host) {
        return IPV4.matcher(host).matches();
    }

    /** The validator address of the same key. */
    public String address() {
        return NodeKey.addressOf(publicKey);
    }

    @Override
    public String toString() {
        return "enode://" + publicKey + "@" + host + ":" + port;
    }
}
