import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.web3j.codegen.SolidityFunctionWrapperGenerator;

/** Generates a Java wrapper for each contract that can be deployed. Arguments: folder of contracts.txt, .abi and .bin files, output folder. */
public final class GenerateWrappers {
    public static void main(String[] arguments) throws IOException {
        var abis = Path.of(arguments[0]);
        var output = Path.of(arguments[1]);
        for (var name : Files.readAllLines(abis.resolve("contracts.txt"))) {
            var wrapper = output.resolve("org/chargeproof/contracts/" + name + ".java");
            var abi = abis.resolve(name + ".abi");
            if (Files.exists(wrapper)
                    && Files.getLastModifiedTime(wrapper).compareTo(Files.getLastModifiedTime(abi)) > 0) {
                continue;
            }
            SolidityFunctionWrapperGenerator.main(new String[] {
                "-a=" + abi, "-b=" + abis.resolve(name + ".bin"), "-p=org.chargeproof.contracts", "-o=" + output
            });
        }
    }

    private GenerateWrappers() {}
}
