package cartwright;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * One node of OpenSearch in this process, until it is told to end. The runner's own main takes one
 * port, which another start may bind first, and ends without a word when something is wrong.
 */
public final class OpenSearchNode {
  private OpenSearchNode() {}

  /** Arguments: the ports to try, such as 19200-19399, then the runner's own. */
  public static void main(String[] arguments) throws InterruptedException {
    OpenSearchRunner runner = new OpenSearchRunner();
    runner.setMaxHttpPort(-1); // Do not look for a free port: the node binds one of the range.
    runner.onBuild((number, settings) -> settings.put("http.port", arguments[0]));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(runner)));
    try {
      runner.build(Arrays.copyOfRange(arguments, 1, arguments.length));
    } catch (RuntimeException failure) {
      failure.printStackTrace();
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }

  private static void close(OpenSearchRunner runner) {
    try {
      runner.close();
    } catch (IOException failure) {
      failure.printStackTrace();
    }
  }
}
