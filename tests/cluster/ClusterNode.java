import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * One OpenSearch node, made of the published artifacts: HOME NAME HTTP_PORT TRANSPORT_PORT ALL_TRANSPORT_PORTS ALL_NAMES.
 * HOME/opensearch.yml is read where there is one; what this class and `-Dtimtin.path.repo` say goes before it. Other
 * plugins than the two that every node has are named by `-Dtimtin.plugins`.
 */
public final class ClusterNode extends Node {
    private ClusterNode(Environment environment) throws ClassNotFoundException {
        super(environment, plugins(), false);
    }

    private static List<Class<? extends Plugin>> plugins() throws ClassNotFoundException {
        List<Class<? extends Plugin>> plugins = new ArrayList<>(List.of(Netty4Plugin.class, CommonAnalysisPlugin.class));
        String others = System.getProperty("timtin.plugins");
        for (String name : others == null ? new String[0] : others.split(",")) {
            plugins.add(Class.forName(name).asSubclass(Plugin.class));
        }
        return plugins;
    }

    public static void main(String[] arguments) throws Exception {
        String[] ports = arguments[4].split(",");
        String[] names = arguments[5].split(",");
        Settings settings = Settings.builder()
            .put("path.home", arguments[0])
            .put("cluster.name", "timtin-tests")
            .put("node.name", arguments[1])
            .put("network.host", "127.0.0.1")
            .put("http.port", arguments[2])
            .put("transport.port", arguments[3])
            .putList("discovery.seed_hosts", List.of(ports).stream().map(port -> "127.0.0.1:" + port).toList())
            .putList("cluster.initial_cluster_manager_nodes", names)
            // The disk is shared with everything else on this machine.
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            // One node more or less is what the tests are about: nothing waits a minute for it.
            .put("cluster.routing.allocation.node_concurrent_recoveries", 8)
            // Long questions have more clauses than the 1,024 that are allowed as a rule.
            .put("indices.query.bool.max_clause_count", 16384)
            .put("cluster.max_shards_per_node", 5000)
            .putList("path.repo", System.getProperty("timtin.path.repo", arguments[0]))
            .build();
        LogConfigurator.registerErrorListener();
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
            settings, Map.of(), Path.of(arguments[0]), () -> arguments[1]);
        Node node = new ClusterNode(environment);
        node.start();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (java.io.IOException failure) {
                failure.printStackTrace();
            }
            stopped.countDown();
        }));
        stopped.await();
    }
}
