package org.chargeproof.operator.network.command;

import org.chargeproof.console.input.BadInputException;
import org.chargeproof.operator.network.files.Enode;
import org.chargeproof.operator.network.files.NodePorts;

/** Checks what options say of a node. */
final class NodeInput {
    private NodeInput() {}

    static void requireHost(String option, String host) {
        if (!Enode.isIpv4(host)) {
            throw new BadInputException(option + " is '" + host
                    + "'; Besu takes an IPv4 address, such as 192.0.2.10, that the other nodes reach.");
        }
    }

    static void requireName(String option, String name) {
        if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
            throw new BadInputException(option + " has '" + name
                    + "'; a node's name is up to 63 lower-case letters, digits and '-', and names its folder.");
        }
    }

    /**
     * The ports of a node, counted from a first one.
     *
     * @throws BadInputException when a port would not be one
     */
    static NodePorts ports(int place, int offset) {
        var standard = NodePorts.standard(place);
        var ports = new NodePorts(
                standard.p2p() + offset, standard.rpc() + offset, standard.ws() + offset, standard.metrics() + offset);
        if (!ports.areValid()) {
            throw new BadInputException("--port-offset is " + offset + "; with it, ports would be " + ports.byOption()
                    + ", and they must be from 1 to 65535.");
        }
        return ports;
    }

    /** An address in lower case, from an address or an enode. */
    static String address(String text) {
        if (text.startsWith("enode:")) {
            return Enode.parse(text).address();
        }
        if (!text.matches("0x[0-9a-fA-F]{40}")) {
            throw new BadInputException("'" + text + "' is no validator's address: 0x and 40 hex digits, as"
                    + " 'network join' and 'network status' print it, or an enode.");
        }
        return text.toLowerCase(java.util.Locale.ROOT);
    }
}
