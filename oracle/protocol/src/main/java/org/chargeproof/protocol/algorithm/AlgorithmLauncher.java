package org.chargeproof.protocol.algorithm;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;

/**
 * Runs an algorithm in a process of its own, one timestep after the other. All that the process has are the bytes of this class, of
 * the class loader, and what comes through its standard input: verified classes first, then inputs.
 *
 * <p>It reads: the entry class, the number of classes, and each as a name and its bytes; then for each timestep the number of
 * inputs and the inputs. It writes, for each timestep: {@link #PLANNED} and the plans, or {@link #FAILED} or {@link #EXHAUSTED} and
 * a text. Texts are as {@link DataOutputStream#writeUTF} has them, bytes have their number in front.
 */
public final class AlgorithmLauncher {
    public static final int PLANNED = 0;
    /** It threw, and would do so anywhere. */
    public static final int FAILED = 1;
    /** Stack or memory ran out. */
    public static final int EXHAUSTED = 2;

    /** As for an algorithm inside a process. */
    private static final long STACK_BYTES = 1 << 20;

    private static final int MOST_CHARACTERS = 1_000;

    private AlgorithmLauncher() {}

    /** Puts all classes that the process needs into a folder, to be its class path. */
    public static void unpack(Path folder) {
        for (Class<?> c : List.of(AlgorithmLauncher.class, AlgorithmClassLoader.class)) {
            String path = c.getName().replace('.', '/') + ".class";
            Path file = folder.resolve(path);
            try (InputStream in = Objects.requireNonNull(c.getResourceAsStream("/" + path))) {
                Files.createDirectories(Objects.requireNonNull(file.getParent()));
                Files.copy(in, file);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot put the launcher of algorithms into " + folder, e);
            }
        }
    }

    /** Runs until standard input ends. */
    public static void main(String[] arguments) throws Exception {
        var in = new DataInputStream(new BufferedInputStream(System.in));
        var out = new DataOutputStream(new BufferedOutputStream(System.out));
        String entry = in.readUTF();
        var classes = new HashMap<String, byte[]>();
        for (int count = in.readInt(); count > 0; count--) {
            classes.put(in.readUTF(), readBytes(in));
        }
        Method run = new AlgorithmClassLoader(classes).loadClass(entry).getMethod("run", byte[].class);
        while (true) {
            int count;
            try {
                count = in.readInt();
            } catch (EOFException e) {
                return;
            }
            var inputs = new ArrayList<byte[]>();
            for (int i = 0; i < count; i++) {
                inputs.add(readBytes(in));
            }
            answer(run, inputs, out);
        }
    }

    private static void answer(Method run, List<byte[]> inputs, DataOutputStream out)
            throws IOException, InterruptedException {
        var plans = new ArrayList<byte[]>();
        var problem = new Throwable[1];
        var thread = Thread.ofPlatform().stackSize(STACK_BYTES).start(() -> {
            try {
                for (byte[] input : inputs) {
                    plans.add((byte[]) run.invoke(null, (Object) input));
                }
            } catch (InvocationTargetException e) {
                problem[0] = e.getCause();
            } catch (Throwable e) {
                problem[0] = e;
            }
        });
        thread.join();
        if (problem[0] == null) {
            out.writeByte(PLANNED);
            for (byte[] plan : plans) {
                byte[] bytes = plan == null ? new byte[0] : plan;
                out.writeInt(bytes.length);
                out.write(bytes);
            }
        } else {
            boolean exhausted = problem[0] instanceof VirtualMachineError;
            String message = problem[0].getClass().getSimpleName()
                    + (problem[0].getMessage() == null ? "" : ": " + problem[0].getMessage());
            out.writeByte(exhausted ? EXHAUSTED : FAILED);
            out.writeUTF(message.length() > MOST_CHARACTERS ? message.substring(0, MOST_CHARACTERS) : message);
        }
        out.flush();
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }
}
