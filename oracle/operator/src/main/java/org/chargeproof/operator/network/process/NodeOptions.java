package org.chargeproof.operator.network.process;

import java.nio.file.Path;
import java.util.List;
import org.chargeproof.console.input.ProjectFolder;
import org.jspecify.annotations.Nullable;

/**
 * How nodes are run.
 *
 * @param plugins folder that holds the plugin's jars; null to run without
 * @param jvmOptions for Besu's virtual machine
 * @param arguments of Besu, after all others
 * @param end what becomes of nodes when this process ends
 */
public record NodeOptions(@Nullable Path plugins, List<String> jvmOptions, List<String> arguments, End end) {
    /** What becomes of nodes when the process that started them ends. */
    public enum End {
        KILLED,
        STOPPED_IN_ORDER,
        NOTHING
    }

    /** Small nodes that are up soon. */
    private static final List<String> SMALL = List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    public NodeOptions {
        jvmOptions = List.copyOf(jvmOptions);
        arguments = List.copyOf(arguments);
    }

    /** Small nodes that are killed when this process ends, with the project's plugin if it is built. */
    public static NodeOptions endingWithUs() {
        return new NodeOptions(ProjectFolder.plugins(), SMALL, List.of(), End.KILLED);
    }

    /** Small nodes that are stopped in order when this process ends, with the project's plugin if it is built. */
    public static NodeOptions stoppingWithUs() {
        return new NodeOptions(ProjectFolder.plugins(), SMALL, List.of(), End.STOPPED_IN_ORDER);
    }

    /** Small nodes that go on when this process ends, with the project's plugin if it is built. */
    public static NodeOptions outlivingUs() {
        return new NodeOptions(ProjectFolder.plugins(), SMALL, List.of(), End.NOTHING);
    }

    /** The same with another folder of plugins, or none. */
    public NodeOptions withPlugins(@Nullable Path folder) {
        return new NodeOptions(folder, jvmOptions, arguments, end);
    }

    /** The same with other options for Besu's virtual machine. */
    public NodeOptions withJvmOptions(List<String> options) {
        return new NodeOptions(plugins, options, arguments, end);
    }

    /** The same with more options of Besu. */
    public NodeOptions withArguments(List<String> more) {
        return new NodeOptions(plugins, jvmOptions, more, end);
    }
}
