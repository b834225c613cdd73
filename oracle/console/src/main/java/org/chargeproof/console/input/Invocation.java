package org.chargeproof.console.input;

import java.util.List;

/** How whoever reads a message runs a command: by the scripts of a checkout, or by the program of a release. */
public final class Invocation {
    private static final List<String> SCRIPTS = List.of("demo", "network");

    private Invocation() {}

    /** {@code scripts/network up} or {@code chargeproof network up}; {@code scripts/chargeproof oracle} or {@code chargeproof oracle}. */
    public static String of(String command) {
        if (!ProjectFolder.isCheckout()) {
            return "chargeproof " + command;
        }
        return (SCRIPTS.contains(command.split(" ", 2)[0]) ? "scripts/" : "scripts/chargeproof ") + command;
    }
}
