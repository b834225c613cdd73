package org.chargeproof.ocpi.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.chargeproof.ocpi.json.BadObjectException;

/**
 * Which addresses that peers give us are called. Without it, a peer could have this server ask what only this server can reach: the
 * metadata of a cloud, a database, its own management port. A name is resolved here, all of its addresses are looked at, and the call
 * goes to the address that was looked at. HTTPS to public addresses is allowed, plain HTTP and others only where the operator says so.
 */
public final class AddressPolicy {
    private static final int MOST_CHARACTERS = 255;
    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;
    private static final int MOST_PORT = 65_535;
    /** Rather what is surely an address than what some library takes for one: 0x7f.1, 2130706433, 017700000001. */
    private static final Pattern LOOKS_NUMERIC = Pattern.compile("(.*\\.)?(0[xX][0-9a-fA-F]*|[0-9]+)\\.?");

    private static final Pattern IPV4 = Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*\\.?");

    /** Blocks of IPv4 that are not public: RFC 6890 and its successors. */
    private static final List<Block> NOT_PUBLIC = List.of(
            Block.of("0.0.0.0/8"),
            Block.of("10.0.0.0/8"),
            Block.of("100.64.0.0/10"),
            Block.of("127.0.0.0/8"),
            Block.of("169.254.0.0/16"),
            Block.of("172.16.0.0/12"),
            Block.of("192.0.0.0/24"),
            Block.of("192.0.2.0/24"),
            Block.of("192.31.196.0/24"),
            Block.of("192.52.193.0/24"),
            Block.of("192.88.99.0/24"),
            Block.of("192.168.0.0/16"),
            Block.of("192.175.48.0/24"),
            Block.of("198.18.0.0/15"),
            Block.of("198.51.100.0/24"),
            Block.of("203.0.113.0/24"),
            Block.of("224.0.0.0/3"),
            // of IPv6 all but 2000::/3 is refused, and of that: Teredo and other protocols, ORCHID, documentation, 6to4
            Block.of("2001::/23"),
            Block.of("2001:db8::/32"),
            Block.of("2002::/16"),
            Block.of("3fff::/20"));

    private static final Block GLOBAL_IPV6 = Block.of("2000::/3");

    private final List<Block> allowed;
    private final Resolver resolver;

    /** Resolves names. */
    @FunctionalInterface
    public interface Resolver {
        /** All addresses of a name. */
        InetAddress[] resolve(String name) throws UnknownHostException;
    }

    /**
     * A block of addresses.
     *
     * @param prefix the first address
     * @param bits how many bits of it are fixed
     */
    public record Block(InetAddress prefix, int bits) {
        /** A block as it is usually written, such as {@code 127.0.0.0/8}. */
        public static Block of(String text) {
            int slash = text.indexOf('/');
            try {
                return new Block(
                        InetAddress.ofLiteral(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new IllegalArgumentException(
                        "'" + text + "' is no block of addresses; write it as 10.1.0.0/16", e);
            }
        }

        boolean contains(InetAddress address) {
            byte[] mine = prefix.getAddress();
            byte[] other = address.getAddress();
            if (mine.length != other.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((mine[bit / 8] & mask) != (other[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * What is called.
     *
     * @param address that was looked at
     * @param host for the header and the certificate
     * @param port of the address
     * @param isTls HTTPS
     * @param pathAndQuery what is asked for
     */
    public record Target(InetAddress address, String host, int port, boolean isTls, String pathAndQuery) {}

    private AddressPolicy(List<Block> allowed, Resolver resolver) {
        this.allowed = List.copyOf(allowed);
        this.resolver = resolver;
    }

    /** HTTPS to public addresses alone. */
    public static AddressPolicy publicOnly() {
        return new AddressPolicy(List.of(), InetAddress::getAllByName);
    }

    /** Also these blocks, by HTTP and HTTPS. */
    public static AddressPolicy allowing(Block... blocks) {
        return new AddressPolicy(List.of(blocks), InetAddress::getAllByName);
    }

    /** The same with another resolver. */
    public AddressPolicy with(Resolver other) {
        return new AddressPolicy(allowed, other);
    }

    /**
     * Looks at an address. It may wait for DNS.
     *
     * @throws RefusedAddressException when it is not to be called
     */
    public Target check(String url) {
        URI uri = parse(url);
        boolean isTls = "https".equalsIgnoreCase(uri.getScheme());
        String host = uri.getHost();
        int port = uri.getPort() == -1 ? (isTls ? HTTPS_PORT : HTTP_PORT) : uri.getPort();
        if (port < 1 || port > MOST_PORT) {
            throw refused(url, "its port must be from 1 to " + MOST_PORT);
        }
        InetAddress[] addresses = resolve(url, host);
        if (addresses.length == 0) {
            throw notOutside(url, "its name has no address");
        }
        for (InetAddress address : addresses) {
            boolean isAllowed = allowed.stream().anyMatch(block -> block.contains(address));
            if (!isAllowed && !isPublic(address)) {
                throw notOutside(
                        url,
                        "it is at " + address.getHostAddress()
                                + ", which is not public. If it is meant, allow its block of addresses");
            }
            if (!isAllowed && !isTls) {
                throw notOutside(url, "it is not HTTPS");
            }
        }
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new Target(addresses[0], host, port, isTls, path + query);
    }

    /**
     * Whether two addresses have the same scheme, host and port.
     *
     * @throws RefusedAddressException when one is no address
     */
    public static boolean isSameOrigin(String one, String other) {
        return origin(one).equals(origin(other));
    }

    private static String origin(String url) {
        URI uri = parse(url);
        boolean isTls = "https".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() == -1 ? (isTls ? HTTPS_PORT : HTTP_PORT) : uri.getPort();
        return (isTls ? "https" : "http") + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }

    private static URI parse(String url) {
        if (url.length() > MOST_CHARACTERS * 4) {
            throw refused(url, "it has " + url.length() + " characters");
        }
        if (url.chars().anyMatch(c -> c <= ' ' || c > '~' || c == '\\')) {
            throw refused(url, "it has characters that no URL has");
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw refused(url, "it is no URL");
        }
        if (!"https".equalsIgnoreCase(uri.getScheme()) && !"http".equalsIgnoreCase(uri.getScheme())) {
            throw refused(url, "it must begin with https://");
        }
        if (uri.getHost() == null || uri.getHost().isEmpty()) {
            throw refused(url, "it has no host");
        }
        if (uri.getRawUserInfo() != null) {
            throw refused(url, "it has a user before the host");
        }
        if (uri.getRawFragment() != null) {
            throw refused(url, "it has a fragment");
        }
        return uri;
    }

    private InetAddress[] resolve(String url, String host) {
        try {
            if (host.startsWith("[")) {
                if (host.contains("%")) {
                    throw refused(url, "it names a network interface");
                }
                return new InetAddress[] {Inet6Address.ofLiteral(host.substring(1, host.length() - 1))};
            }
            if (IPV4.matcher(host).matches()) {
                return new InetAddress[] {Inet4Address.ofLiteral(host)};
            }
        } catch (IllegalArgumentException e) {
            throw refused(url, "its host is no address");
        }
        if (LOOKS_NUMERIC.matcher(host).matches() || !NAME.matcher(host).matches()) {
            throw refused(url, "its host is neither a name nor an address in its usual form");
        }
        try {
            return resolver.resolve(host);
        } catch (UnknownHostException e) {
            throw notOutside(url, "its name has no address");
        }
    }

    private static boolean isPublic(InetAddress address) {
        if (address instanceof Inet6Address && !GLOBAL_IPV6.contains(address)) {
            return false;
        }
        return NOT_PUBLIC.stream().noneMatch(block -> block.contains(address));
    }

    /** What is wrong with the text alone, which whoever sent it knows. */
    private static RefusedAddressException refused(String url, String why) {
        String message = BadObjectException.shown(url) + " is not called: " + why + ".";
        return new RefusedAddressException(message, message);
    }

    /** The same for all that depends on names and blocks: a peer must not learn what there is in our network, and where. */
    private static RefusedAddressException notOutside(String url, String why) {
        String shown = BadObjectException.shown(url);
        return new RefusedAddressException(
                shown + " is not called: it must be at a public address, by HTTPS.",
                shown + " is not called: " + why + ".");
    }
}
